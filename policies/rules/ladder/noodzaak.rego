# METADATA
# title: Noodzaak
# description: |
#   Voor elk veld is een taak genoemd en waarom het gegeven daarvoor nodig is; de taak past bij het doel van de grondslag. Wie
#   zijn eigen gegevens inziet, hoeft niet te zeggen waarom.
# custom:
#   article: AVG 5(1)(b), AVG 5(1)(c)
package sluis.ladder.noodzaak

import rego.v1

fields_open(row) if row.necessity == false

fields_open(row) if {
	row.necessity == true
	every value in input.fields { motivated(value.necessity, row) }
}

passing contains index if {
	data.sluis.claim.row.necessity == false
	some index, _ in data.sluis.facts.fields
}

passing contains index if {
	data.sluis.claim.row.necessity == true
	some index, value in data.sluis.facts.fields
	motivated(value.necessity, data.sluis.claim.row)
}

motivated(necessity, row) if {
	is_string(necessity.reason)
	trim_space(necessity.reason) != ""
	is_string(necessity.task)
	serves(necessity.task, row)
}

# Where the basis serves one law, the task names an article of that law.
serves(task, row) if {
	row.tasks == []
	startswith(task, row.task_prefix)
	trim_space(trim_prefix(task, row.task_prefix)) != ""
}

# Where the basis serves a closed list of tasks, the task begins with one of them.
serves(task, row) if {
	some named in row.tasks
	startswith(task, named)
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
	data.sluis.claim.row.tasks == []
	some index in strayed
}

# METADATA
# title: Het logboek dient alleen het toezicht
# custom:
#   article: WGS 1.8(4)
#   code: loggebruik-niet-toegestaan
field_codes[index] contains "loggebruik-niet-toegestaan" if {
	data.sluis.claim.row.tasks != []
	not "loggebruik-niet-toegestaan" in data.sluis.ladder.deelnemer.codes
	some index in strayed
}

strayed contains index if {
	data.sluis.claim.row.necessity == true
	some index, value in data.sluis.facts.fields
	data.sluis.facts.filled(value.necessity.task)
	not serves(value.necessity.task, data.sluis.claim.row)
}

cited contains "necessity" if {
	some index, _ in data.sluis.facts.fields
	"niet-noodzakelijk" in field_codes[index]
}

cited contains "log" if {
	some index, _ in data.sluis.facts.fields
	"loggebruik-niet-toegestaan" in field_codes[index]
}
