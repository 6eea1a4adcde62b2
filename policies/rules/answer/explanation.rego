# METADATA
# title: De uitleg waar iets werd tegengehouden
# description: |
#   Elke reden telt, niet de eerste; de volgorde is die van de ladder en daarbinnen die van de lijst van codes. Alleen een trap
#   waarvan de keten brak wordt uitgelegd.
package sluis.explanation

import rego.v1

# METADATA
# title: De velden zoals gevraagd, met wat elk ervan tegenhoudt
fields := [{"name": value.name, "granted": granted, "reasons": field_reasons(index)} |
	some index, value in data.sluis.facts.fields
	data.sluis.facts.filled(value.name)
	granted := index in data.sluis.verdict.granted
]

default outcome := "geweigerd"

outcome := "gedeeltelijk" if count(data.sluis.verdict.granted) > 0

# METADATA
# title: Wat elke trap zegt
# description: Waar niets faalt staat in de grondslag wat de trap zegt; true, of null waar hij niet geldt.
ladder := [{"rung": entry.rung, "passed": passed(entry)} | some entry in data.sluis.claim.row.ladder]

passed(entry) := entry.passed if not broken(entry.rung)

passed(entry) := false if broken(entry.rung)

broken(rung) if not rung in data.sluis.verdict.passed

# METADATA
# title: Redenen voor het hele verzoek
reasons := unique([code |
	some codes in [
		{code | broken("grondslag"); some code in data.sluis.ladder.grondslag.codes},
		{code | broken("deelnemer"); some code in data.sluis.ladder.deelnemer.codes},
		{code | broken("casus"); some code in data.sluis.ladder.casus.codes},
		{code | broken("betrokken"); some code in data.sluis.ladder.betrokken.codes},
		{code | broken("persoon"); some code in data.sluis.ladder.persoon.codes},
		{code | broken("categorie"); some code in data.sluis.ladder.categorie.codes},
		{code | broken("beroepsgeheim"); some code in data.sluis.ladder.beroepsgeheim.codes},
		{code | broken("verstrekker"); some code in data.sluis.ladder.verstrekker.codes},
		{code | broken("bijzondere-route"); some code in data.sluis.onward.codes},
		{code | broken("bewaartermijn"); some code in data.sluis.ladder.bewaartermijn.codes},
		{code | broken("bezwaar"); some code in data.sluis.ladder.bezwaar.codes},
	]
	some code in ordered(codes)
])

field_reasons(index) := unique([code |
	some codes in [
		{code | broken("grondslag"); some code in data.sluis.ladder.grondslag.field_codes[index]},
		{code | broken("persoon"); some code in data.sluis.ladder.persoon.field_codes[index]},
		{code | broken("categorie"); some code in data.sluis.ladder.categorie.field_codes[index]},
		{code | broken("noodzaak"); some code in data.sluis.ladder.noodzaak.field_codes[index]},
		{code | broken("beroepsgeheim"); some code in data.sluis.ladder.beroepsgeheim.field_codes[index]},
		{code | broken("verstrekker"); some code in data.sluis.ladder.verstrekker.field_codes[index]},
		{code | broken("bijzondere-route"); some code in data.sluis.onward.field_codes[index]},
	]
	some code in ordered(codes)
])

# METADATA
# title: Feiten waarnaar gevraagd kan worden
missing := sort(union({
	{path | broken("grondslag"); some path in data.sluis.ladder.grondslag.missing},
	{path | broken("deelnemer"); some path in data.sluis.ladder.deelnemer.missing},
	{path | broken("casus"); some path in data.sluis.ladder.casus.missing},
	{path | broken("betrokken"); some path in data.sluis.ladder.betrokken.missing},
	{path | broken("persoon"); some path in data.sluis.ladder.persoon.missing},
	{path | broken("categorie"); some path in data.sluis.ladder.categorie.missing},
	{path | broken("beroepsgeheim"); some path in data.sluis.ladder.beroepsgeheim.missing},
	{path | broken("verstrekker"); some path in data.sluis.ladder.verstrekker.missing},
	{path | broken("bijzondere-route"); some path in data.sluis.onward.missing},
	{path | broken("bewaartermijn"); some path in data.sluis.ladder.bewaartermijn.missing},
	{path | broken("bezwaar"); some path in data.sluis.ladder.bezwaar.missing},
}))

# METADATA
# title: Onderwerpen waarop een trap weigerde
cited := union({
	{subject | broken("deelnemer"); some subject in data.sluis.ladder.deelnemer.cited},
	{subject | broken("casus"); some subject in data.sluis.ladder.casus.cited},
	{subject | broken("betrokken"); some subject in data.sluis.ladder.betrokken.cited},
	{subject | broken("persoon"); some subject in data.sluis.ladder.persoon.cited},
	{subject | broken("categorie"); some subject in data.sluis.ladder.categorie.cited},
	{subject | broken("noodzaak"); some subject in data.sluis.ladder.noodzaak.cited},
	{subject | broken("verstrekker"); some subject in data.sluis.ladder.verstrekker.cited},
	{subject | broken("bijzondere-route"); some subject in data.sluis.onward.cited},
	{subject | broken("bewaartermijn"); some subject in data.sluis.ladder.bewaartermijn.cited},
})

ordered(codes) := [code | some code in data.sluis.vocabulary.reasons; code in codes]

unique(items) := [item |
	some index, item in items
	not item in array.slice(items, 0, index)
]
