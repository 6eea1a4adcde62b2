package sluis.main

import rego.v1

# METADATA
# scope: document
# title: Het oordeel van de ladder
# description: |
#   Een verzoek staat open als elke trap positief is doorlopen; een veld is verleend als het verzoek open staat en elke trap die naar
#   velden kijkt het veld doorliet. Redenen komen er pas aan te pas waar de keten brak, en kunnen dus nooit iets verlenen.

# METADATA
# title: Alles kwam door
# description: |
#   Er is niets uit te leggen. Een casus sluiten zonder gegevens te vragen valt hier ook onder. Eerst het woord van de bron, dat bij de
#   eerste van twee vragen nog ontbreekt; de volgorde verandert de uitkomst niet.
verdict_whole if {
	row := claim_row
	verstrekker_open(row)
	beroepsgeheim_open(row)
	grondslag_open(row)
	deelnemer_open(row)
	casus_open(row)
	betrokken_open(row)
	persoon_open(row)
	bijzondere_route_open(row)
	bewaartermijn_open(row)
	bezwaar_open(row)
	grondslag_fields_open(row)
	persoon_fields_open(row)
	categorie_fields_open(row)
	noodzaak_fields_open(row)
	beroepsgeheim_fields_open(row)
	verstrekker_fields_open(row)
	bijzondere_route_fields_open(row)
}

# METADATA
# title: De ketens die braken
# description: |
#   Van elke trap de keten voor het verzoek als geheel, en van de trappen die naar velden kijken ook die voor alle velden samen. Ook
#   een ontbrekend of fout feit breekt een keten.
verdict_lost := (verdict_request_chains | verdict_field_chains) - union({
	{"grondslag" | grondslag_open(claim_row)},
	{"deelnemer" | deelnemer_open(claim_row)},
	{"casus" | casus_open(claim_row)},
	{"betrokken" | betrokken_open(claim_row)},
	{"persoon" | persoon_open(claim_row)},
	{"beroepsgeheim" | beroepsgeheim_open(claim_row)},
	{"verstrekker" | verstrekker_open(claim_row)},
	{"bijzondere-route" | bijzondere_route_open(claim_row)},
	{"bewaartermijn" | bewaartermijn_open(claim_row)},
	{"bezwaar" | bezwaar_open(claim_row)},
	{"grondslag, velden" | grondslag_fields_open(claim_row)},
	{"persoon, velden" | persoon_fields_open(claim_row)},
	{"categorie, velden" | categorie_fields_open(claim_row)},
	{"noodzaak, velden" | noodzaak_fields_open(claim_row)},
	{"beroepsgeheim, velden" | beroepsgeheim_fields_open(claim_row)},
	{"verstrekker, velden" | verstrekker_fields_open(claim_row)},
	{"bijzondere-route, velden" | bijzondere_route_fields_open(claim_row)},
})

verdict_request_chains := {
	"grondslag", "deelnemer", "casus", "betrokken", "persoon", "beroepsgeheim", "verstrekker", "bijzondere-route", "bewaartermijn",
	"bezwaar",
}

verdict_field_chains := {
	"grondslag, velden", "persoon, velden", "categorie, velden", "noodzaak, velden", "beroepsgeheim, velden",
	"verstrekker, velden", "bijzondere-route, velden",
}

# METADATA
# title: De trappen waarvan een keten brak
verdict_broken := {rung | some rung in vocabulary.rungs; rung in verdict_lost} | {rung |
	some rung in vocabulary.rungs
	concat(", ", [rung, "velden"]) in verdict_lost
}

# METADATA
# title: De volgnummers van de velden die zijn verleend
# description: Het verzoek als geheel kwam door, en elke trap die naar velden kijkt liet het veld door.
verdict_granted contains index if {
	verdict_lost - verdict_field_chains == set()
	some index, _ in facts_fields
	every rung in verdict_broken { verdict_passes(rung, index) }
}

verdict_passes("grondslag", index) if index in grondslag_passing

verdict_passes("persoon", index) if index in persoon_passing

verdict_passes("categorie", index) if index in categorie_passing

verdict_passes("noodzaak", index) if index in noodzaak_passing

verdict_passes("verstrekker", index) if index in verstrekker_passing

verdict_passes("bijzondere-route", index) if index in bijzondere_route_passing
