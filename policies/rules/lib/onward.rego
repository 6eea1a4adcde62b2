# METADATA
# title: Wat een bijzondere route tegenhoudt
# description: De redenen en de ontbrekende feiten van de trap bijzondere-route; wat doorlaat staat in de trap zelf.
# custom:
#   article: WGS 1.7
package sluis.onward

import rego.v1

missing := lacking | unsaid

lacking := (data.sluis.facts.absent(flags) | data.sluis.facts.absent_texts(texts)) | data.sluis.facts.absent({["holder_statement"] | looked_at})

flags := {["third_party", member] |
	row := data.sluis.claim.row
	some member in {"derde": ["objection_by", "rac_checked"], "incidenteel": ["objection_by", "secrecy_signed"]}[row.third]
}

texts := {["third_party", member] |
	row := data.sluis.claim.row
	some member in {"derde": ["basis"], "incidenteel": ["expertise"]}[row.third]
}

# Null says that the holder does not agree; absent says nothing.
unsaid := {path | looked_at; some path in data.sluis.facts.unsaid("consents_to_onward")}

default looked_at := false

looked_at if whole

looked_at if count(data.sluis.ladder.bijzondere_route.special) > 0

# The whole request needs the agreement.
default whole := false

whole if data.sluis.claim.row.onward == "all"

whole if {
	data.sluis.ladder.bijzondere_route.routed(data.sluis.claim.row)
	is_array(input.holder_statement.conditions)
	count(input.holder_statement.conditions) > 0
}

# What lacks for the request is not said again of its fields.
default asked_of_all := false

asked_of_all if whole

asked_of_all if "instemming-verstrekker-ontbreekt" in data.sluis.ladder.bewaartermijn.codes

default withheld := false

withheld if {
	is_object(input.holder_statement)
	object.get(input.holder_statement, "consents_to_onward", null) in {false, null}
}

# METADATA
# title: Een deelnemer heeft bezwaar tegen deze verstrekking
# custom:
#   article: WGS 1.7(2)
#   code: bezwaar-deelnemer
codes contains "bezwaar-deelnemer" if {
	data.sluis.claim.row.third != null
	is_array(input.third_party.objection_by)
	count(input.third_party.objection_by) > 0
}

# METADATA
# title: De rechtmatigheidsadviescommissie heeft niet getoetst
# custom:
#   article: WGS 1.8(6)
#   code: rac-toets-ontbreekt
codes contains "rac-toets-ontbreekt" if {
	data.sluis.claim.row.third == "derde"
	input.third_party.rac_checked == false
}

# METADATA
# title: De verstrekking rust niet op een artikel van de WGS of het BGS
# custom:
#   article: WGS 1.7(2)
#   code: geen-grondslag
codes contains "geen-grondslag" if {
	data.sluis.claim.row.third == "derde"
	data.sluis.facts.filled(input.third_party.basis)
	not data.sluis.ladder.bijzondere_route.in_verband(input.third_party.basis)
}

# METADATA
# title: De derde heeft niet voor geheimhouding getekend
# custom:
#   article: BGS 2.21
#   code: niet-geautoriseerd
codes contains "niet-geautoriseerd" if {
	data.sluis.claim.row.third == "incidenteel"
	input.third_party.secrecy_signed == false
}

# METADATA
# title: De bron stemt niet in met doorgeven
# custom:
#   article: WGS 1.7(3)
#   code: instemming-verstrekker-ontbreekt
codes contains "instemming-verstrekker-ontbreekt" if {
	whole
	withheld
}

# METADATA
# title: Een feit dat deze trap nodig heeft, ontbreekt
# custom:
#   code: feit-ontbreekt
codes contains "feit-ontbreekt" if count(lacking) > 0

# METADATA
# title: De bron stemt niet in met doorgeven van dit bijzondere of strafrechtelijke gegeven
# custom:
#   article: WGS 1.7(3)
#   code: instemming-verstrekker-ontbreekt
field_codes[index] contains "instemming-verstrekker-ontbreekt" if {
	withheld
	not asked_of_all
	some index in data.sluis.ladder.bijzondere_route.special
}

cited contains "third" if {
	some code in ["bezwaar-deelnemer", "geen-grondslag", "niet-geautoriseerd"]
	code in codes
}

cited contains "rac" if "rac-toets-ontbreekt" in codes

cited contains "onward" if "instemming-verstrekker-ontbreekt" in codes

cited contains "onward" if {
	some index in data.sluis.ladder.bijzondere_route.special
	"instemming-verstrekker-ontbreekt" in field_codes[index]
}
