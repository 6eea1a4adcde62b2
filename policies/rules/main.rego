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
	"basis": decision_basis(row, articles_of_grant(row)),
	"fields": [{"name": value.name, "granted": true, "reasons": []} | some value in input.fields],
	"reasons": [],
	"obligations": obligations_of_grant(row, input.fields),
	"missing": [],
	"hints": hints_phase(row),
	"ladder": row.ladder,
} if {
	verdict_whole
	row := claim_row
}

# METADATA
# title: Iets is tegengehouden, en wat
decision := {
	"outcome": explanation_outcome,
	"simulation": refusal_simulation,
	"basis": decision_basis(row, articles_of_refusal(row)),
	"fields": explanation_fields,
	"reasons": explanation_reasons,
	"obligations": decision_obligations(row, explanation_outcome),
	"missing": explanation_missing,
	"hints": hints_of_refusal(row, explanation_reasons),
	"ladder": explanation_ladder(row),
} if {
	not verdict_whole
	claim_known
	row := claim_row
}

# METADATA
# title: Geen regel van de tabel, of een die altijd geweigerd wordt
# description: Alleen de eerste trap is dan gevraagd.
decision := refusal_decision if {
	not verdict_whole
	not claim_known
}

decision_basis(row, articles) := {
	"id": input.basis,
	"articles": articles,
	"in_force_since": row.since,
	"verified": row.verified,
}

decision_obligations(_, "geweigerd") := obligations_of_refusal(explanation_reasons)

decision_obligations(row, "gedeeltelijk") := obligations_of_grant(row, [value |
	some index, value in facts_fields
	index in verdict_granted
])
