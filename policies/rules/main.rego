# METADATA
# title: Het besluit
# description: |
#   Feiten gaan erin, één besluit komt eruit; er is altijd een besluit, wat er ook in gaat. Alleen een positieve keten over
#   de hele ladder verleent.
# entrypoint: true
package sluis.main

import rego.v1

# METADATA
# title: Alles is doorgekomen
decision := {
	"outcome": "toegestaan",
	"simulation": input.profile == "simulatie",
	"basis": basis(row, data.sluis.articles.of_grant(row)),
	"fields": [{"name": value.name, "granted": true, "reasons": []} | some value in data.sluis.facts.fields],
	"reasons": [],
	"obligations": data.sluis.obligations.of_grant(row, data.sluis.facts.fields),
	"missing": [],
	"hints": data.sluis.hints.phase(row),
	"ladder": row.ladder,
} if {
	data.sluis.verdict.whole
	row := data.sluis.claim.row
}

# METADATA
# title: Iets is tegengehouden, en wat
decision := {
	"outcome": data.sluis.explanation.outcome,
	"simulation": data.sluis.refusal.simulation,
	"basis": basis(row, data.sluis.articles.of_refusal(row)),
	"fields": data.sluis.explanation.fields,
	"reasons": data.sluis.explanation.reasons,
	"obligations": obligations(row, data.sluis.explanation.outcome),
	"missing": data.sluis.explanation.missing,
	"hints": data.sluis.hints.of_refusal(row, data.sluis.explanation.reasons),
	"ladder": data.sluis.explanation.ladder,
} if {
	not data.sluis.verdict.whole
	data.sluis.claim.known
	row := data.sluis.claim.row
}

# No row of the table, or one that is always refused: only the first rung was asked.
decision := data.sluis.refusal.decision if {
	not data.sluis.verdict.whole
	not data.sluis.claim.known
}

basis(row, articles) := {
	"id": input.basis,
	"articles": articles,
	"in_force_since": row.since,
	"verified": row.verified,
}

obligations(_, "geweigerd") := data.sluis.obligations.of_refusal(data.sluis.explanation.reasons)

obligations(row, "gedeeltelijk") := data.sluis.obligations.of_grant(row, [value |
	some index, value in data.sluis.facts.fields
	index in data.sluis.verdict.granted
])
