# METADATA
# title: Bezwaar
# description: |
#   Zolang een bezwaar van de betrokkene loopt, wordt niet verstrekt (block) of kijkt een mens mee (review), zoals de grondslag
#   bepaalt. Of er bezwaar is gemaakt, moet bekend zijn.
# custom:
#   article: AVG 21
package sluis.ladder.bezwaar

import rego.v1

open(row) if row.objection == "none"

open(row) if {
	row.objection in {"block", "review"}
	input.subject.objection == false
}

open(row) if {
	row.objection == "review"
	input.subject.objection == true
}

missing := data.sluis.facts.absent({["subject", "objection"] | data.sluis.claim.row.objection != "none"})

# METADATA
# title: Er loopt een bezwaar van de betrokkene
# custom:
#   article: AVG 21
#   code: bezwaar-in-behandeling
codes contains "bezwaar-in-behandeling" if {
	data.sluis.claim.row.objection == "block"
	input.subject.objection == true
}

# METADATA
# title: Een feit dat deze trap nodig heeft, ontbreekt
# custom:
#   code: feit-ontbreekt
codes contains "feit-ontbreekt" if count(missing) > 0

# METADATA
# title: Over het bezwaar beslist een mens
# custom:
#   article: AVG 21
#   code: menselijke-beoordeling
obligations(row) := {"menselijke-beoordeling" |
	row.objection in {"block", "review"}
	input.subject.objection == true
}

stands_on(row) := ["objection" | obligations(row) != set()]
