# METADATA
# title: Noodzaak
# description: |
#   Voor elk veld is een taak genoemd en waarom het gegeven daarvoor nodig is; de taak past bij het doel van de grondslag.
# custom:
#   article: AVG 5(1)(b), AVG 5(1)(c)
package sluis.ladder.noodzaak

import rego.v1

open := true

default fields_open := false

fields_open if {
	every value in data.sluis.facts.fields { needed(value) }
}

passing contains index if {
	some index, value in data.sluis.facts.fields
	needed(value)
}

needed(value) if {
	data.sluis.claim.row.necessity == true
	data.sluis.facts.filled(value.necessity.reason)
	data.sluis.facts.filled(value.necessity.task)
	fits(value.necessity.task)
}

# Where the basis serves one law, the task names an article of that law.
fits(task) if {
	prefix := data.sluis.claim.row.task_prefix
	startswith(task, prefix)
	trim_space(substring(task, count(prefix), -1)) != ""
}

missing := set()

codes := set()

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
	not fits(task)
}

cited contains "necessity" if {
	some index, _ in data.sluis.facts.fields
	"niet-noodzakelijk" in field_codes[index]
}
