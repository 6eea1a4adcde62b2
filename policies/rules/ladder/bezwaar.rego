package sluis.main

import rego.v1

# METADATA
# scope: document
# title: Bezwaar
# description: |
#   Zolang een bezwaar van de betrokkene loopt, wordt niet verstrekt (block) of kijkt een mens mee (review), zoals de grondslag
#   bepaalt. Of er bezwaar is gemaakt, moet bekend zijn.
# custom:
#   article: AVG 21
bezwaar_open(row) if row.objection == "none"

bezwaar_open(row) if {
	row.objection in {"block", "review"}
	input.subject.objection == false
}

bezwaar_open(row) if {
	row.objection == "review"
	input.subject.objection == true
}

bezwaar_missing := facts_absent({["subject", "objection"] | claim_row.objection != "none"})

# METADATA
# title: Er loopt een bezwaar van de betrokkene
# custom:
#   article: AVG 21
#   code: bezwaar-in-behandeling
bezwaar_codes contains "bezwaar-in-behandeling" if {
	claim_row.objection == "block"
	input.subject.objection == true
}

# METADATA
# title: Een feit dat deze trap nodig heeft, ontbreekt
# custom:
#   code: feit-ontbreekt
bezwaar_codes contains "feit-ontbreekt" if count(bezwaar_missing) > 0

# METADATA
# title: Over het bezwaar beslist een mens
# custom:
#   article: AVG 21
#   code: menselijke-beoordeling
bezwaar_obligations(row) := {"menselijke-beoordeling" |
	input.subject.objection == true
	row.objection in {"block", "review"}
}

bezwaar_stands_on(row) := {"objection" |
	input.subject.objection == true
	row.objection in {"block", "review"}
}
