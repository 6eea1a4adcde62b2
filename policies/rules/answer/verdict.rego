# METADATA
# title: Het oordeel van de ladder
# description: |
#   Een verzoek staat open als elke trap positief is doorlopen; een veld is verleend als het verzoek open staat en elke trap die naar
#   velden kijkt het veld doorliet. Redenen komen er pas aan te pas waar de keten brak, en kunnen dus nooit iets verlenen.
package sluis.verdict

import rego.v1

# METADATA
# title: Alles kwam door
# description: Er is niets uit te leggen. Een casus sluiten zonder gegevens te vragen valt hier ook onder.
whole if {
	row := data.sluis.claim.row
	data.sluis.ladder.grondslag.open(row)
	data.sluis.ladder.deelnemer.open(row)
	data.sluis.ladder.casus.open(row)
	data.sluis.ladder.betrokken.open(row)
	data.sluis.ladder.persoon.open(row)
	data.sluis.ladder.beroepsgeheim.open(row)
	data.sluis.ladder.verstrekker.open(row)
	data.sluis.ladder.bijzondere_route.open(row)
	data.sluis.ladder.bewaartermijn.open(row)
	data.sluis.ladder.bezwaar.open(row)
	data.sluis.ladder.grondslag.fields_open(row)
	data.sluis.ladder.persoon.fields_open(row)
	data.sluis.ladder.categorie.fields_open(row)
	data.sluis.ladder.noodzaak.fields_open(row)
	data.sluis.ladder.beroepsgeheim.fields_open(row)
	data.sluis.ladder.verstrekker.fields_open(row)
	data.sluis.ladder.bijzondere_route.fields_open(row)
}

# METADATA
# title: Het verzoek als geheel kwam door
default open := false

open if through == {rung | some rung in data.sluis.vocabulary.rungs}

# METADATA
# title: De trappen die het verzoek als geheel doorlieten
# description: Ook een ontbrekend of fout feit breekt een keten; een trap waarvan de keten niet heel is, staat hier niet.
through := union({
	{"grondslag" | data.sluis.ladder.grondslag.open(data.sluis.claim.row)},
	{"deelnemer" | data.sluis.ladder.deelnemer.open(data.sluis.claim.row)},
	{"casus" | data.sluis.ladder.casus.open(data.sluis.claim.row)},
	{"betrokken" | data.sluis.ladder.betrokken.open(data.sluis.claim.row)},
	{"persoon" | data.sluis.ladder.persoon.open(data.sluis.claim.row)},
	{"beroepsgeheim" | data.sluis.ladder.beroepsgeheim.open(data.sluis.claim.row)},
	{"verstrekker" | data.sluis.ladder.verstrekker.open(data.sluis.claim.row)},
	{"bijzondere-route" | data.sluis.ladder.bijzondere_route.open(data.sluis.claim.row)},
	{"bewaartermijn" | data.sluis.ladder.bewaartermijn.open(data.sluis.claim.row)},
	{"bezwaar" | data.sluis.ladder.bezwaar.open(data.sluis.claim.row)},
	{"categorie", "noodzaak"},
})

# METADATA
# title: De trappen die elk veld doorlieten
fields_through := union({
	{"grondslag" | data.sluis.ladder.grondslag.fields_open(data.sluis.claim.row)},
	{"persoon" | data.sluis.ladder.persoon.fields_open(data.sluis.claim.row)},
	{"categorie" | data.sluis.ladder.categorie.fields_open(data.sluis.claim.row)},
	{"noodzaak" | data.sluis.ladder.noodzaak.fields_open(data.sluis.claim.row)},
	{"beroepsgeheim" | data.sluis.ladder.beroepsgeheim.fields_open(data.sluis.claim.row)},
	{"verstrekker" | data.sluis.ladder.verstrekker.fields_open(data.sluis.claim.row)},
	{"bijzondere-route" | data.sluis.ladder.bijzondere_route.fields_open(data.sluis.claim.row)},
	{"deelnemer", "casus", "betrokken", "bewaartermijn", "bezwaar"},
})

passed := through & fields_through

# METADATA
# title: De volgnummers van de velden die elke trap doorliet
passing := intersection({
	data.sluis.ladder.grondslag.passing,
	data.sluis.ladder.persoon.passing,
	data.sluis.ladder.categorie.passing,
	data.sluis.ladder.noodzaak.passing,
	data.sluis.ladder.beroepsgeheim.passing,
	data.sluis.ladder.verstrekker.passing,
	data.sluis.ladder.bijzondere_route.passing,
})

# METADATA
# title: De volgnummers van de velden die zijn verleend
granted := {index | open; some index in passing}
