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
of_grant(row, granted) := listed(row, added(row, granted))

listed(row, more) := [dated(code) | some code in row.obligations] if more == set()

listed(row, more) := [dated(code) | some code in data.sluis.vocabulary.obligations; code in due] if {
	more != set()
	due := more | {code | some code in row.obligations}
}

added(row, granted) := union({
	data.sluis.ladder.beroepsgeheim.obligations(row),
	data.sluis.ladder.verstrekker.obligations(row),
	data.sluis.ladder.bezwaar.obligations(row),
	{"afschermen" | input.activity == "casus-sluiten"},
	{code | some value in granted; some code in data.sluis.vocabulary.granted_obligations[value.category]},
}) - {code | some code in row.obligations}

dated(code) := {"code": code} if code != "vernietig-op"

dated("vernietig-op") := {"code": "vernietig-op", "on": data.sluis.ladder.bewaartermijn.destroy_on}

# METADATA
# title: Wat een weigering meebrengt
of_refusal(reasons) := [{"code": "log-audit"}] if not "bezwaar-in-behandeling" in reasons

of_refusal(reasons) := [{"code": "log-audit"}, {"code": "menselijke-beoordeling"}] if "bezwaar-in-behandeling" in reasons
