# METADATA
# title: Bijzondere route
# description: |
#   Doorgeven buiten de betrokken deelnemers vraagt meer. Een derde: niemand heeft bezwaar, en de rechtmatigheid is getoetst met een
#   grondslag in de WGS of het BGS, of hij is deskundig en heeft voor geheimhouding getekend. Wat de bron onder voorwaarden gaf, en
#   wat bijzonder of strafrechtelijk is, gaat alleen verder met haar instemming; wat een grondslag zonder route heeft, gaat door.
# custom:
#   article: WGS 1.7
package sluis.ladder.bijzondere_route

import rego.v1

open(row) if {
	row.onward == null
	row.third == null
}

open(row) if {
	routed(row)
	third_open(row)
	conditions_kept
	onward_open(row)
}

routed(row) if row.onward != null

routed(row) if row.third != null

third_open(row) if row.third == null

third_open(row) if {
	row.third == "derde"
	input.third_party.objection_by == []
	input.third_party.rac_checked == true
	in_verband(input.third_party.basis)
}

third_open(row) if {
	row.third == "incidenteel"
	input.third_party.objection_by == []
	input.third_party.secrecy_signed == true
	data.sluis.facts.filled(input.third_party.expertise)
}

# An article of the act on the verband or of its decree.
in_verband(basis) if {
	is_string(basis)
	some prefix in ["WGS ", "BGS "]
	startswith(basis, prefix)
	trim_space(trim_prefix(basis, prefix)) != ""
}

# What was given under conditions goes on only if the holder agrees.
conditions_kept if input.holder_statement.conditions == []

conditions_kept if {
	is_array(input.holder_statement.conditions)
	input.holder_statement.consents_to_onward == true
}

onward_open(row) if row.onward != "all"

onward_open(row) if {
	row.onward == "all"
	input.holder_statement.consents_to_onward == true
}

fields_open(row) if row.onward != "special"

fields_open(row) if {
	row.onward == "special"
	input.holder_statement.consents_to_onward == true
}

fields_open(row) if {
	row.onward == "special"
	count(special) == 0
}

passing contains index if {
	some index, _ in data.sluis.facts.fields
	passes(data.sluis.claim.row, index)
}

passes(row, _) if row.onward != "special"

passes(row, _) if {
	row.onward == "special"
	input.holder_statement.consents_to_onward == true
}

passes(row, index) if {
	row.onward == "special"
	not special[index]
}

special contains index if {
	data.sluis.claim.row.onward == "special"
	some index, value in data.sluis.facts.fields
	value.category in data.sluis.vocabulary.onward
}
