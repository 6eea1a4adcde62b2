# METADATA
# title: De medewerker
# description: |
#   Het register beslist over rol, aanwijzing en screening, niet de partij die vraagt. Deel van de trap deelnemer.
# custom:
#   article: WGS 1.8(2)
package sluis.actor

import rego.v1

default open := false

open if {
	role_fits
	every flag in data.sluis.claim.row.actor { input.requester.actor[flag] == true }
	may_register
}

default role_fits := false

role_fits if data.sluis.claim.row.roles == "any"

role_fits if input.requester.actor.role in data.sluis.vocabulary.roles[data.sluis.claim.row.roles]

default may_register := false

may_register if not coordinator_registers

may_register if input.basis in input.requester.actor.mandates

default coordinator_registers := false

# Where the coordinator only advises, a registration asks a mandate of him.
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
	data.sluis.facts.filled(input.requester.actor.role)
	not role_fits
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
	is_array(input.requester.actor.mandates)
	not may_register
}

default unscreened := false

unscreened if {
	"screened" in data.sluis.claim.row.actor
	input.requester.actor.screened == false
}
