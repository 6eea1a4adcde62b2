package sluis.main

import rego.v1

# METADATA
# scope: document
# title: De medewerker
# description: |
#   Het register beslist over rol, aanwijzing en screening, niet de partij die vraagt. Deel van de trap deelnemer.
# custom:
#   article: WGS 1.8(2)

# Whoever acts may do so: the basis asks for no role and no flag.
actor_open(row) if {
	row.roles == "any"
	row.actor == []
	row.coordinator == null
}

actor_open(row) if {
	row.roles != "any"
	actor := input.requester.actor
	actor.role in vocabulary.roles[row.roles]
	every flag in row.actor { actor[flag] == true }
	actor_may_register(row, actor)
}

actor_may_register(row, _) if row.coordinator != "adviseert"

actor_may_register(row, actor) if {
	row.coordinator == "adviseert"
	not actor_coordinator_registers
	is_string(actor.role)
}

actor_may_register(row, actor) if {
	row.coordinator == "adviseert"
	is_array(actor.mandates)
	input.basis in actor.mandates
}

# Where the coordinator only advises, a registration asks a mandate of him.
default actor_coordinator_registers := false

actor_coordinator_registers if {
	claim_row.coordinator == "adviseert"
	input.activity == "aanmelden"
	input.requester.actor.role == "wams-coordinator"
}

actor_missing := facts_absent_texts(actor_roles) | facts_absent(actor_flags)

actor_roles := {["requester", "actor", "role"] | some need in [claim_row.roles != "any", claim_row.coordinator == "adviseert"]; need == true}

actor_flags := {["requester", "actor", flag] | some flag in claim_row.actor} | {["requester", "actor", "mandates"] | actor_coordinator_registers}

# METADATA
# title: De rol mag deze gegevens niet zien
# custom:
#   article: WGS 1.8(2)
#   code: niet-geautoriseerd
actor_codes contains "niet-geautoriseerd" if {
	claim_row.roles != "oversight"
	actor_unfit
}

# METADATA
# title: Alleen wie toezicht houdt leest het logboek
# custom:
#   article: WGS 1.8(4)
#   code: loggebruik-niet-toegestaan
actor_codes contains "loggebruik-niet-toegestaan" if {
	claim_row.roles == "oversight"
	actor_unfit
}

actor_unfit if {
	claim_row.roles != "any"
	facts_filled(input.requester.actor.role)
	not input.requester.actor.role in vocabulary.roles[claim_row.roles]
}

# METADATA
# title: De medewerker is niet aangewezen of niet gescreend
# custom:
#   article: BGS 1.11
#   code: niet-geautoriseerd
actor_codes contains "niet-geautoriseerd" if {
	some flag in claim_row.actor
	input.requester.actor[flag] == false
}

# METADATA
# title: De coördinator adviseert het college en meldt niet zelf aan
# custom:
#   article: WGS 2.31(1)
#   code: aanmelder-niet-bevoegd
actor_codes contains "aanmelder-niet-bevoegd" if {
	actor_coordinator_registers
	is_array(input.requester.actor.mandates)
	not input.basis in input.requester.actor.mandates
}

default actor_unscreened := false

actor_unscreened if {
	"screened" in claim_row.actor
	input.requester.actor.screened == false
}
