# METADATA
# title: Het oordeel van de ladder
# description: |
#   Een verzoek staat open als elke trap positief is doorlopen; een veld is verleend als het verzoek open staat en elke trap die naar
#   velden kijkt het veld doorliet. Redenen komen er pas aan te pas waar de keten brak, en kunnen dus nooit iets verlenen.
package sluis.verdict

import rego.v1

default open := false

open if {
	data.sluis.ladder.grondslag.open
	data.sluis.ladder.deelnemer.open
	data.sluis.ladder.casus.open
	data.sluis.ladder.betrokken.open
	data.sluis.ladder.persoon.open
	data.sluis.ladder.categorie.open
	data.sluis.ladder.noodzaak.open
	data.sluis.ladder.beroepsgeheim.open
	data.sluis.ladder.verstrekker.open
	data.sluis.ladder.bijzondere_route.open
	data.sluis.ladder.bewaartermijn.open
	data.sluis.ladder.bezwaar.open
}

default whole := false

# Every rung let everything through: there is nothing to explain.
whole if {
	open
	data.sluis.ladder.grondslag.fields_open
	data.sluis.ladder.persoon.fields_open
	data.sluis.ladder.categorie.fields_open
	data.sluis.ladder.noodzaak.fields_open
	data.sluis.ladder.beroepsgeheim.fields_open
	data.sluis.ladder.verstrekker.fields_open
}

# The positions of the fields that every rung let through.
passing := intersection({
	data.sluis.ladder.grondslag.passing,
	data.sluis.ladder.persoon.passing,
	data.sluis.ladder.categorie.passing,
	data.sluis.ladder.noodzaak.passing,
	data.sluis.ladder.beroepsgeheim.passing,
	data.sluis.ladder.verstrekker.passing,
})

granted := data.sluis.facts.fields if whole

granted := [value |
	open
	some index, value in data.sluis.facts.fields
	passing[index]
] if {
	not whole
}

# Closing a case without asking for data grants the closing itself.
outcome := "toegestaan" if whole

outcome := "gedeeltelijk" if {
	not whole
	count(granted) > 0
}

outcome := "geweigerd" if {
	not whole
	count(granted) == 0
}

passed := {
	"grondslag": {data.sluis.ladder.grondslag.open, data.sluis.ladder.grondslag.fields_open},
	"deelnemer": {data.sluis.ladder.deelnemer.open},
	"casus": {data.sluis.ladder.casus.open},
	"betrokken": {data.sluis.ladder.betrokken.open},
	"persoon": {data.sluis.ladder.persoon.open, data.sluis.ladder.persoon.fields_open},
	"categorie": {data.sluis.ladder.categorie.open, data.sluis.ladder.categorie.fields_open},
	"noodzaak": {data.sluis.ladder.noodzaak.open, data.sluis.ladder.noodzaak.fields_open},
	"beroepsgeheim": {data.sluis.ladder.beroepsgeheim.open, data.sluis.ladder.beroepsgeheim.fields_open},
	"verstrekker": {data.sluis.ladder.verstrekker.open, data.sluis.ladder.verstrekker.fields_open},
	"bijzondere-route": {data.sluis.ladder.bijzondere_route.open},
	"bewaartermijn": {data.sluis.ladder.bewaartermijn.open},
	"bezwaar": {data.sluis.ladder.bezwaar.open},
}

# What a row says of a rung where nothing fails: true, or null where it does not apply.
ladder := [{"rung": rung, "passed": data.sluis.claim.row.ladder[rung]} | some rung in data.sluis.vocabulary.rungs] if whole

ladder := [{"rung": rung, "passed": rung_passed(rung)} | some rung in data.sluis.vocabulary.rungs] if not whole

rung_passed(rung) := data.sluis.claim.row.ladder[rung] if not false in passed[rung]

rung_passed(rung) := false if false in passed[rung]
