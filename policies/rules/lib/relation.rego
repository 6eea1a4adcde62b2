package sluis.main

import rego.v1

# METADATA
# scope: document
# title: De verhouding tussen wie vraagt, wie ontvangt en wie de bron is
# description: Elke activiteit heeft de hare; wie er anders in staat is niet geautoriseerd. Deel van de trap deelnemer.
# custom:
#   article: WGS 1.8(2)

# Asking: the data goes to the one who asks.
relation_holds(_, activity) if {
	activity in {"opvragen", "bevragen-ander-zvh", "inzage", "log-raadplegen"}
	facts_same(input.requester.organisation, input.recipient)
}

relation_holds(row, activity) if {
	activity in {"verstrekken", "aanmelden", "casus-sluiten", "resultaat-delen", "derde-verstrekken"}
	relation_otherwise(row, activity)
}

# Giving: the data comes from the one who asks.
relation_otherwise(_, activity) if {
	activity in {"verstrekken", "aanmelden"}
	facts_same(input.requester.organisation, input.holder)
}

# Closing: a public participant, for itself.
relation_otherwise(_, activity) if {
	activity == "casus-sluiten"
	vocabulary.kinds[input.requester.organisation.kind] == true
	facts_same(input.requester.organisation, input.recipient)
}

# A result: whoever shares it receives it or brings it.
relation_otherwise(_, activity) if {
	activity == "resultaat-delen"
	facts_same(input.requester.organisation, input.recipient)
}

relation_otherwise(_, activity) if {
	activity == "resultaat-delen"
	facts_same(input.requester.organisation, input.holder)
}

# Towards another verband a public participant may act for all of them.
relation_otherwise(row, activity) if {
	row.on_behalf == true
	activity == "resultaat-delen"
	vocabulary.kinds[input.requester.organisation.kind] == true
}

# Giving to a third party: as the row says of each, no more.
relation_otherwise(_, activity) if activity == "derde-verstrekken"

# Whom an activity compares.
relation_compared contains name if {
	input.activity in {"opvragen", "bevragen-ander-zvh", "inzage", "log-raadplegen", "casus-sluiten"}
	some name in ["requester", "recipient"]
}

relation_compared contains name if {
	input.activity in {"verstrekken", "aanmelden"}
	some name in ["requester", "holder"]
}

relation_compared contains name if {
	input.activity == "resultaat-delen"
	some name in ["requester", "recipient", "holder"]
}
