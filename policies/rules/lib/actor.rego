# METADATA
# title: De medewerker
# description: |
#   Het register beslist over rol, aanwijzing en screening, niet de partij die vraagt. Deel van de trap deelnemer.
# custom:
#   article: WGS 1.8(2)
package sluis.actor

import rego.v1

# Whoever acts may do so: the basis asks for no role and no flag.
open(row) if {
	row.roles == "any"
	row.actor == []
	row.coordinator == null
}

open(row) if {
	row.roles != "any"
	actor := input.requester.actor
	actor.role in data.sluis.vocabulary.roles[row.roles]
	every flag in row.actor { actor[flag] == true }
	may_register(row, actor)
}

may_register(row, _) if row.coordinator != "adviseert"

may_register(row, actor) if {
	row.coordinator == "adviseert"
	not coordinator_registers
	is_string(actor.role)
}

may_register(row, actor) if {
	row.coordinator == "adviseert"
	is_array(actor.mandates)
	input.basis in actor.mandates
}

# Where the coordinator only advises, a registration asks a mandate of him.
default coordinator_registers := false

coordinator_registers if {
	data.sluis.claim.row.coordinator == "adviseert"
	input.activity == "aanmelden"
	input.requester.actor.role == "wams-coordinator"
}

missing := data.sluis.facts.absent_texts(roles) | data.sluis.facts.absent(flags)

roles := {["requester", "actor", "role"] | some need in [data.sluis.claim.row.roles != "any", data.sluis.claim.row.coordinator == "adviseert"]; need == true}

flags := {["requester", "actor", flag] | some flag in data.sluis.claim.row.actor} | {["requester", "actor", "mandates"] | coordinator_registers}

# METADATA
# title: De rol mag deze gegevens niet zien
# custom:
#   article: WGS 1.8(2)
#   code: niet-geautoriseerd
codes contains "niet-geautoriseerd" if {
	data.sluis.claim.row.roles != "oversight"
	unfit
}

# METADATA
# title: Alleen wie toezicht houdt leest het logboek
# custom:
#   article: WGS 1.8(4)
#   code: loggebruik-niet-toegestaan
codes contains "loggebruik-niet-toegestaan" if {
	data.sluis.claim.row.roles == "oversight"
	unfit
}

unfit if {
	data.sluis.claim.row.roles != "any"
	data.sluis.facts.filled(input.requester.actor.role)
	not input.requester.actor.role in data.sluis.vocabulary.roles[data.sluis.claim.row.roles]
}

# METADATA
# title: De medewerker is niet aangewezen of niet gescreend
# custom:
#   article: BGS 1.11
#   code: niet-geautoriseerd
codes contains "niet-geautoriseerd" if {
	some flag in data.sluis.claim.row.actor
	input.requester.actor[flag] == false
}

# METADATA
# title: De coördinator adviseert het college en meldt niet zelf aan
# custom:
#   article: WGS 2.31(1)
#   code: aanmelder-niet-bevoegd
codes contains "aanmelder-niet-bevoegd" if {
	coordinator_registers
	is_array(input.requester.actor.mandates)
	not input.basis in input.requester.actor.mandates
}

default unscreened := false

unscreened if {
	"screened" in data.sluis.claim.row.actor
	input.requester.actor.screened == false
}
