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
# description: Er is niets uit te leggen. Een casus sluiten zonder gegevens te vragen valt hier ook onder.
verdict_whole if {
	verdict_request
	verdict_fields
}

# METADATA
# title: Het verzoek als geheel kwam door
# description: |
#   Eerst het woord van de bron, dat bij de eerste van twee vragen nog ontbreekt; de volgorde verandert de uitkomst niet.
verdict_request if {
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
}

# METADATA
# title: Alle velden kwamen door
verdict_fields if {
	row := claim_row
	grondslag_fields_open(row)
	persoon_fields_open(row)
	categorie_fields_open(row)
	noodzaak_fields_open(row)
	beroepsgeheim_fields_open(row)
	verstrekker_fields_open(row)
	bijzondere_route_fields_open(row)
}

# METADATA
# title: De trappen waarvan een keten brak
# description: Ook een ontbrekend of fout feit breekt een keten.
verdict_broken := verdict_request_broken | verdict_fields_broken

verdict_request_broken := set() if verdict_request

verdict_request_broken := {
	"grondslag", "deelnemer", "casus", "betrokken", "persoon", "beroepsgeheim", "verstrekker", "bijzondere-route", "bewaartermijn",
	"bezwaar",
} - union({
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
}) if {
	not verdict_request
}

verdict_fields_broken := set() if verdict_fields

verdict_fields_broken := {
	"grondslag", "persoon", "categorie", "noodzaak", "beroepsgeheim", "verstrekker", "bijzondere-route",
} - union({
	{"grondslag" | grondslag_fields_open(claim_row)},
	{"persoon" | persoon_fields_open(claim_row)},
	{"categorie" | categorie_fields_open(claim_row)},
	{"noodzaak" | noodzaak_fields_open(claim_row)},
	{"beroepsgeheim" | beroepsgeheim_fields_open(claim_row)},
	{"verstrekker" | verstrekker_fields_open(claim_row)},
	{"bijzondere-route" | bijzondere_route_fields_open(claim_row)},
}) if {
	not verdict_fields
}

# METADATA
# title: De volgnummers van de velden die zijn verleend
# description: Het verzoek als geheel kwam door, en elke trap die naar velden kijkt liet het veld door.
verdict_granted contains index if {
	verdict_request
	some index, _ in facts_fields
	every rung in verdict_fields_broken { verdict_passes(rung, index) }
}

verdict_passes("grondslag", index) if index in grondslag_passing

verdict_passes("persoon", index) if index in persoon_passing

verdict_passes("categorie", index) if index in categorie_passing

verdict_passes("noodzaak", index) if index in noodzaak_passing

verdict_passes("verstrekker", index) if index in verstrekker_passing

verdict_passes("bijzondere-route", index) if index in bijzondere_route_passing
