package sluis.main

import rego.v1

# METADATA
# scope: document
# title: Wat met een besluit meekomt
# description: |
#   Een verlening draagt de verplichtingen van haar grondslag en die van wat er verleend werd; een weigering wordt vastgelegd, en
#   gaat naar een mens als een lopend bezwaar haar tegenhield.

# METADATA
# title: Wat een verlening meebrengt
# description: Een grondslag noemt de hare al op volgorde; meer alleen als een trap of een verleende categorie iets toevoegt.
obligations_of_grant(row, granted) := [obligations_obligation(code) | some code in obligations_ordered(row, obligations_added(row, granted))]

obligations_obligation(code) := {"code": code} if code != "vernietig-op"

obligations_obligation(code) := {"code": code, "on": date} if {
	code == "vernietig-op"
	date := bewaartermijn_destroy_on
}

obligations_ordered(row, more) := row.obligations if more == set()

obligations_ordered(row, more) := [code |
	due := more | {code | some code in row.obligations}
	some code in vocabulary.obligations
	code in due
] if {
	more != set()
}

obligations_added(row, granted) := {code |
	some codes in [
		beroepsgeheim_obligations(row),
		verstrekker_obligations(row),
		bezwaar_obligations(row),
		obligations_of_what(granted, vocabulary.granted_obligations),
	]
	some code in codes
	not code in row.obligations
}

# METADATA
# title: Wat de activiteit en de verleende categorieën toevoegen
# description: Wie een casus sluit, laat de gegevens afschermen.
# custom:
#   article: WGS 2.31(8)
#   code: afschermen
obligations_of_what(granted, named) := {"afschermen" | input.activity == "casus-sluiten"} | {code |
	some value in granted
	some code in named[value.category]
}

# METADATA
# title: Wat een weigering meebrengt
obligations_of_refusal(reasons) := [{"code": "log-audit"}] if not "bezwaar-in-behandeling" in reasons

obligations_of_refusal(reasons) := [{"code": "log-audit"}, {"code": "menselijke-beoordeling"}] if "bezwaar-in-behandeling" in reasons
