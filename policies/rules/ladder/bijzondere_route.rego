package sluis.main

import rego.v1

# METADATA
# scope: document
# title: Bijzondere route
# description: |
#   Doorgeven buiten de betrokken deelnemers vraagt meer. Een derde: niemand heeft bezwaar, en de rechtmatigheid is getoetst met een
#   grondslag in de WGS of het BGS, of hij is deskundig en heeft voor geheimhouding getekend. Wat de bron onder voorwaarden gaf, en
#   wat bijzonder of strafrechtelijk is, gaat alleen verder met haar instemming; wat een grondslag zonder route heeft, gaat door.
# custom:
#   article: WGS 1.7
bijzondere_route_open(row) if {
	row.onward == null
	row.third == null
}

bijzondere_route_open(row) if {
	bijzondere_route_routed(row)
	bijzondere_route_third_open(row)
	bijzondere_route_conditions_kept
	bijzondere_route_onward_open(row)
}

bijzondere_route_routed(row) if row.onward != null

bijzondere_route_routed(row) if row.third != null

bijzondere_route_third_open(row) if row.third == null

bijzondere_route_third_open(row) if {
	row.third == "derde"
	input.third_party.objection_by == []
	input.third_party.rac_checked == true
	bijzondere_route_in_verband(input.third_party.basis)
}

bijzondere_route_third_open(row) if {
	row.third == "incidenteel"
	input.third_party.objection_by == []
	input.third_party.secrecy_signed == true
	facts_filled(input.third_party.expertise)
}

# An article of the act on the verband or of its decree.
bijzondere_route_in_verband(basis) if {
	is_string(basis)
	some prefix in ["WGS ", "BGS "]
	startswith(basis, prefix)
	trim_space(trim_prefix(basis, prefix)) != ""
}

# What was given under conditions goes on only if the holder agrees.
bijzondere_route_conditions_kept if input.holder_statement.conditions == []

bijzondere_route_conditions_kept if {
	is_array(input.holder_statement.conditions)
	input.holder_statement.consents_to_onward == true
}

bijzondere_route_onward_open(row) if row.onward != "all"

bijzondere_route_onward_open(row) if {
	row.onward == "all"
	input.holder_statement.consents_to_onward == true
}

bijzondere_route_fields_open(row) if row.onward != "special"

bijzondere_route_fields_open(row) if {
	row.onward == "special"
	input.holder_statement.consents_to_onward == true
}

bijzondere_route_fields_open(row) if {
	row.onward == "special"
	count(bijzondere_route_special) == 0
}

bijzondere_route_passing contains index if {
	some index, _ in facts_fields
	bijzondere_route_passes(claim_row, index)
}

bijzondere_route_passes(row, _) if row.onward != "special"

bijzondere_route_passes(row, _) if {
	row.onward == "special"
	input.holder_statement.consents_to_onward == true
}

bijzondere_route_passes(row, index) if {
	row.onward == "special"
	not bijzondere_route_special[index]
}

bijzondere_route_special contains index if {
	claim_row.onward == "special"
	some index, value in facts_fields
	value.category in vocabulary.onward
}
