package sluis.main

import rego.v1

# METADATA
# scope: document
# title: Wat een bijzondere route tegenhoudt
# description: De redenen en de ontbrekende feiten van de trap bijzondere-route; wat doorlaat staat in de trap zelf.
# custom:
#   article: WGS 1.7
onward_missing := onward_lacking | onward_unsaid

onward_lacking := (facts_absent(onward_flags) | facts_absent_texts(onward_texts)) | facts_absent({["holder_statement"] | onward_looked_at})

onward_flags := {["third_party", member] |
	row := claim_row
	some member in {"derde": ["objection_by", "rac_checked"], "incidenteel": ["objection_by", "secrecy_signed"]}[row.third]
}

onward_texts := {["third_party", member] |
	row := claim_row
	some member in {"derde": ["basis"], "incidenteel": ["expertise"]}[row.third]
}

# Null says that the holder does not agree; absent says nothing.
onward_unsaid := {path | onward_looked_at; some path in facts_unsaid("consents_to_onward")}

default onward_looked_at := false

onward_looked_at if onward_whole

onward_looked_at if count(bijzondere_route_special) > 0

# The whole request needs the agreement.
default onward_whole := false

onward_whole if claim_row.onward == "all"

onward_whole if {
	bijzondere_route_routed(claim_row)
	is_array(input.holder_statement.conditions)
	count(input.holder_statement.conditions) > 0
}

# What lacks for the request is not said again of its fields.
default onward_asked_of_all := false

onward_asked_of_all if onward_whole

onward_asked_of_all if "instemming-verstrekker-ontbreekt" in bewaartermijn_codes

default onward_withheld := false

onward_withheld if {
	is_object(input.holder_statement)
	object.get(input.holder_statement, "consents_to_onward", null) in {false, null}
}

# METADATA
# title: Een deelnemer heeft bezwaar tegen deze verstrekking
# custom:
#   article: WGS 1.7(2)
#   code: bezwaar-deelnemer
onward_codes contains "bezwaar-deelnemer" if {
	claim_row.third != null
	is_array(input.third_party.objection_by)
	count(input.third_party.objection_by) > 0
}

# METADATA
# title: De rechtmatigheidsadviescommissie heeft niet getoetst
# custom:
#   article: WGS 1.8(6)
#   code: rac-toets-ontbreekt
onward_codes contains "rac-toets-ontbreekt" if {
	claim_row.third == "derde"
	input.third_party.rac_checked == false
}

# METADATA
# title: De verstrekking rust niet op een artikel van de WGS of het BGS
# custom:
#   article: WGS 1.7(2)
#   code: geen-grondslag
onward_codes contains "geen-grondslag" if {
	claim_row.third == "derde"
	facts_filled(input.third_party.basis)
	not bijzondere_route_in_verband(input.third_party.basis)
}

# METADATA
# title: De derde heeft niet voor geheimhouding getekend
# custom:
#   article: BGS 2.21
#   code: niet-geautoriseerd
onward_codes contains "niet-geautoriseerd" if {
	claim_row.third == "incidenteel"
	input.third_party.secrecy_signed == false
}

# METADATA
# title: De bron stemt niet in met doorgeven
# custom:
#   article: WGS 1.7(3)
#   code: instemming-verstrekker-ontbreekt
onward_codes contains "instemming-verstrekker-ontbreekt" if {
	onward_whole
	onward_withheld
}

# METADATA
# title: Een feit dat deze trap nodig heeft, ontbreekt
# custom:
#   code: feit-ontbreekt
onward_codes contains "feit-ontbreekt" if count(onward_lacking) > 0

# METADATA
# title: De bron stemt niet in met doorgeven van dit bijzondere of strafrechtelijke gegeven
# custom:
#   article: WGS 1.7(3)
#   code: instemming-verstrekker-ontbreekt
onward_field_codes[index] contains "instemming-verstrekker-ontbreekt" if {
	onward_withheld
	not onward_asked_of_all
	some index in bijzondere_route_special
}

onward_cited contains "third" if {
	some code in ["bezwaar-deelnemer", "geen-grondslag", "niet-geautoriseerd"]
	code in onward_codes
}

onward_cited contains "rac" if "rac-toets-ontbreekt" in onward_codes

onward_cited contains "onward" if "instemming-verstrekker-ontbreekt" in onward_codes

onward_cited contains "onward" if {
	some index in bijzondere_route_special
	"instemming-verstrekker-ontbreekt" in onward_field_codes[index]
}
