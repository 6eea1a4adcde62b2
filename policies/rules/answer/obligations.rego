# METADATA
# title: Wat met een besluit meekomt
# description: |
#   Een verlening draagt de verplichtingen van haar grondslag en die van wat er verleend werd; een weigering wordt vastgelegd, en
#   gaat naar een mens als een lopend bezwaar haar tegenhield.
package sluis.obligations

import rego.v1

list := [obligation |
	some code in data.sluis.vocabulary.obligations
	code in due
	obligation := dated(code)
]

due := ({code | some code in data.sluis.claim.row.obligations} | of_what_was_granted) | (of_the_rungs | {"afschermen" |
	input.activity == "casus-sluiten"
}) if {
	data.sluis.verdict.outcome != "geweigerd"
}

due := {"log-audit"} | {"menselijke-beoordeling" | "bezwaar-in-behandeling" in data.sluis.ladder.bezwaar.codes} if {
	data.sluis.verdict.outcome == "geweigerd"
}

of_the_rungs := (data.sluis.ladder.beroepsgeheim.obligations | data.sluis.ladder.verstrekker.obligations) | (data.sluis.ladder.bezwaar.obligations | {"vernietig-op" | data.sluis.ladder.bewaartermijn.destroy_on})

of_what_was_granted := {code |
	some value in data.sluis.verdict.granted
	some code in data.sluis.vocabulary.granted_obligations[value.category]
}

dated(code) := {"code": code} if code != "vernietig-op"

dated(code) := {"code": code, "on": data.sluis.ladder.bewaartermijn.destroy_on} if code == "vernietig-op"
