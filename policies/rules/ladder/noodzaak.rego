package sluis.main

import rego.v1

# METADATA
# scope: document
# title: Noodzaak
# description: |
#   Voor elk veld is een taak genoemd en waarom het gegeven daarvoor nodig is; de taak past bij het doel van de grondslag. Wie
#   zijn eigen gegevens inziet, hoeft niet te zeggen waarom.
# custom:
#   article: AVG 5(1)(b), AVG 5(1)(c)
noodzaak_fields_open(row) if row.necessity == false

noodzaak_fields_open(row) if {
	row.necessity == true
	noodzaak_settled(row)
}

noodzaak_fields_open(row) if {
	row.necessity == true
	not noodzaak_settled(row)
	every value in input.fields { noodzaak_motivated(value.necessity, row) }
}

# The usual document names a task for every field; where the basis serves no one law, that is all.
noodzaak_settled(row) if {
	form_usual
	row.tasks == []
	row.task_prefix == ""
}

noodzaak_passing contains index if {
	claim_row.necessity == true
	some index, value in facts_fields
	noodzaak_motivated(value.necessity, claim_row)
}

# In the usual document nothing that a field says is blank.
noodzaak_motivated(necessity, row) if {
	form_usual
	is_string(necessity.task)
	noodzaak_serves(necessity.task, row)
}

noodzaak_motivated(necessity, row) if {
	not form_usual
	is_string(necessity.reason)
	trim_space(necessity.reason) != ""
	is_string(necessity.task)
	noodzaak_serves(necessity.task, row)
}

# Where the basis serves one law, the task names an article of that law.
noodzaak_serves(task, row) if {
	row.tasks == []
	startswith(task, row.task_prefix)
	trim_space(trim_prefix(task, row.task_prefix)) != ""
}

# Where the basis serves a closed list of tasks, the task begins with one of them.
noodzaak_serves(task, row) if {
	some named in row.tasks
	startswith(task, named)
}

# METADATA
# title: Voor dit veld is geen taak of geen reden genoemd
# custom:
#   article: WGS 2.31(7)
#   code: niet-noodzakelijk
noodzaak_field_codes[index] contains "niet-noodzakelijk" if {
	claim_row.necessity == true
	some index, value in facts_fields
	noodzaak_unmotivated(value)
}

noodzaak_unmotivated(value) if facts_lacks(value, "necessity")

noodzaak_unmotivated(value) if {
	some member in ["task", "reason"]
	facts_lacks_text(value.necessity, member)
}

# METADATA
# title: De genoemde taak past niet bij het doel van de grondslag
# custom:
#   article: AVG 5(1)(b)
#   code: doel-onverenigbaar
noodzaak_field_codes[index] contains "doel-onverenigbaar" if {
	claim_row.tasks == []
	some index in noodzaak_strayed
}

# METADATA
# title: Het logboek dient alleen het toezicht
# custom:
#   article: WGS 1.8(4)
#   code: loggebruik-niet-toegestaan
noodzaak_field_codes[index] contains "loggebruik-niet-toegestaan" if {
	claim_row.tasks != []
	not "loggebruik-niet-toegestaan" in deelnemer_codes
	some index in noodzaak_strayed
}

noodzaak_strayed contains index if {
	claim_row.necessity == true
	some index, value in facts_fields
	facts_filled(value.necessity.task)
	not noodzaak_serves(value.necessity.task, claim_row)
}

noodzaak_cited contains "necessity" if {
	some index, _ in facts_fields
	"niet-noodzakelijk" in noodzaak_field_codes[index]
}

noodzaak_cited contains "log" if {
	some index, _ in facts_fields
	"loggebruik-niet-toegestaan" in noodzaak_field_codes[index]
}
