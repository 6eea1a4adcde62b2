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
	"simulation": simulation,
	"basis": basis,
	"fields": [{"name": value.name, "granted": true, "reasons": []} | some value in data.sluis.facts.fields],
	"reasons": [],
	"obligations": data.sluis.obligations.list,
	"missing": [],
	"hints": data.sluis.hints.list,
	"ladder": data.sluis.verdict.ladder,
} if {
	data.sluis.claim.known
	data.sluis.verdict.whole
}

# METADATA
# title: Iets is tegengehouden, en wat
decision := {
	"outcome": data.sluis.verdict.outcome,
	"simulation": simulation,
	"basis": basis,
	"fields": data.sluis.explanation.fields,
	"reasons": data.sluis.explanation.reasons,
	"obligations": data.sluis.obligations.list,
	"missing": data.sluis.explanation.missing,
	"hints": data.sluis.hints.list,
	"ladder": data.sluis.verdict.ladder,
} if {
	data.sluis.claim.known
	not data.sluis.verdict.whole
}

# No row of the table, or one that is always refused: only the first rung was asked.
decision := data.sluis.refusal.decision if not data.sluis.claim.known

basis := {
	"id": input.basis,
	"articles": data.sluis.articles.named,
	"in_force_since": data.sluis.claim.row.since,
	"verified": data.sluis.claim.row.verified,
}

default simulation := false

simulation if input.profile == "simulatie"
