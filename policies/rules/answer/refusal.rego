# METADATA
# title: Een verzoek zonder bruikbare grondslag
# description: |
#   Onbekend, verboden, afwezig of geen tekst: alleen de trap grondslag wordt gevraagd, en niets wordt verleend. De naam van
#   de grondslag komt alleen terug als hij een tekst is.
package sluis.refusal

import rego.v1

decision := {
	"outcome": "geweigerd",
	"simulation": simulation,
	"basis": {"id": id, "articles": articles, "in_force_since": null, "verified": data.sluis.claim.forbidden},
	"fields": [{"name": value.name, "granted": false, "reasons": reasons(index)} |
		some index, value in data.sluis.facts.fields
		data.sluis.facts.filled(value.name)
	],
	"reasons": data.sluis.explanation.ordered(data.sluis.ladder.grondslag.codes),
	"obligations": [{"code": "log-audit"}],
	"missing": sort(data.sluis.ladder.grondslag.missing),
	"hints": [],
	"ladder": [{"rung": "grondslag", "passed": false}],
}

default simulation := false

simulation if input.profile == "simulatie"

default id := null

id := input.basis if is_string(input.basis)

default articles := []

articles := data.sluis.claim.row.articles if data.sluis.claim.forbidden

reasons(index) := data.sluis.explanation.ordered({code | some code in data.sluis.ladder.grondslag.field_codes[index]})
