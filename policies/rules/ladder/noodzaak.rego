# METADATA
# title: Noodzaak
# description: |
#   Voor elk veld is een taak genoemd en waarom het gegeven daarvoor nodig is; de taak past bij het doel van de grondslag.
# custom:
#   article: AVG 5(1)(b), AVG 5(1)(c)
package sluis.ladder.noodzaak

import rego.v1

fields_open(row) if {
	row.necessity == true
	every value in input.fields { motivated(value.necessity, row.task_prefix) }
}

passing contains index if {
	data.sluis.claim.row.necessity == true
	some index, value in data.sluis.facts.fields
	motivated(value.necessity, data.sluis.claim.row.task_prefix)
}

motivated(necessity, prefix) if {
	is_string(necessity.reason)
	trim_space(necessity.reason) != ""
	is_string(necessity.task)
	serves(necessity.task, prefix)
}

# Where the basis serves one law, the task names an article of that law.
serves(task, prefix) if {
	startswith(task, prefix)
	trim_space(trim_prefix(task, prefix)) != ""
}

# METADATA
# title: Voor dit veld is geen taak of geen reden genoemd
# custom:
#   article: WGS 2.31(7)
#   code: niet-noodzakelijk
field_codes[index] contains "niet-noodzakelijk" if {
	data.sluis.claim.row.necessity == true
	some index, value in data.sluis.facts.fields
	unmotivated(value)
}

unmotivated(value) if data.sluis.facts.lacks(value, "necessity")

unmotivated(value) if {
	some member in ["task", "reason"]
	data.sluis.facts.lacks_text(value.necessity, member)
}

# METADATA
# title: De genoemde taak past niet bij het doel van de grondslag
# custom:
#   article: AVG 5(1)(b)
#   code: doel-onverenigbaar
field_codes[index] contains "doel-onverenigbaar" if {
	data.sluis.claim.row.necessity == true
	some index, value in data.sluis.facts.fields
	task := value.necessity.task
	data.sluis.facts.filled(task)
	not serves(task, data.sluis.claim.row.task_prefix)
}

cited contains "necessity" if {
	some index, _ in data.sluis.facts.fields
	"niet-noodzakelijk" in field_codes[index]
}
