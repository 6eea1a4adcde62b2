package sluis.main

import rego.v1

# METADATA
# scope: document
# title: Een verzoek zonder bruikbare grondslag
# description: |
#   Onbekend, verboden, afwezig of geen tekst: alleen de trap grondslag wordt gevraagd, en niets wordt verleend. De naam van
#   de grondslag komt alleen terug als hij een tekst is.
refusal_decision := {
	"outcome": "geweigerd",
	"simulation": refusal_simulation,
	"basis": {"id": refusal_id, "articles": refusal_articles, "in_force_since": null, "verified": claim_forbidden},
	"fields": [{"name": value.name, "granted": false, "reasons": refusal_reasons(index)} |
		some index, value in facts_fields
		facts_filled(value.name)
	],
	"reasons": explanation_ordered(grondslag_codes),
	"obligations": [{"code": "log-audit"}],
	"missing": sort(grondslag_missing),
	"hints": [],
	"ladder": [{"rung": "grondslag", "passed": false}],
}

default refusal_simulation := false

refusal_simulation if input.profile == "simulatie"

default refusal_id := null

refusal_id := input.basis if is_string(input.basis)

default refusal_articles := []

refusal_articles := claim_row.articles if claim_forbidden

refusal_reasons(index) := explanation_ordered({code | some code in grondslag_field_codes[index]})
