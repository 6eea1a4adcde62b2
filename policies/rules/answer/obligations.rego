# METADATA
# title: Wat met een besluit meekomt
# description: |
#   Een verlening draagt de verplichtingen van haar grondslag en die van wat er verleend werd; een weigering wordt vastgelegd, en
#   gaat naar een mens als een lopend bezwaar haar tegenhield.
package sluis.obligations

import rego.v1

# METADATA
# title: Wat een verlening meebrengt
# description: Een grondslag noemt de hare al op volgorde; meer alleen als een trap of een verleende categorie iets toevoegt.
of_grant(row, granted) := [obligation |
	dates := {"vernietig-op": {"on": date} | date := data.sluis.ladder.bewaartermijn.destroy_on}
	some code in ordered(row, added(row, granted))
	obligation := object.union({"code": code}, object.get(dates, code, {}))
]

ordered(row, more) := row.obligations if more == set()

ordered(row, more) := [code |
	due := more | {code | some code in row.obligations}
	some code in data.sluis.vocabulary.obligations
	code in due
] if {
	more != set()
}

added(row, granted) := ((data.sluis.ladder.beroepsgeheim.obligations(row) | data.sluis.ladder.verstrekker.obligations(row)) | (data.sluis.ladder.bezwaar.obligations(row) | of_what(granted))) - {code | some code in row.obligations}

of_what(granted) := {"afschermen" | input.activity == "casus-sluiten"} | {code |
	named := data.sluis.vocabulary.granted_obligations
	some value in granted
	some code in named[value.category]
}

# METADATA
# title: Wat een weigering meebrengt
of_refusal(reasons) := [{"code": "log-audit"}] if not "bezwaar-in-behandeling" in reasons

of_refusal(reasons) := [{"code": "log-audit"}, {"code": "menselijke-beoordeling"}] if "bezwaar-in-behandeling" in reasons
