# METADATA
# title: De verhouding tussen wie vraagt, wie ontvangt en wie de bron is
# description: Elke activiteit heeft de hare; wie er anders in staat is niet geautoriseerd. Deel van de trap deelnemer.
# custom:
#   article: WGS 1.8(2)
package sluis.relation

import rego.v1

# Asking: the data goes to the one who asks.
holds(_, activity) if {
	activity in {"opvragen", "bevragen-ander-zvh", "inzage", "log-raadplegen"}
	data.sluis.facts.same(input.requester.organisation, input.recipient)
}

# Giving: the data comes from the one who asks.
holds(_, activity) if {
	activity in {"verstrekken", "aanmelden"}
	data.sluis.facts.same(input.requester.organisation, input.holder)
}

# Closing: a public participant, for itself.
holds(_, activity) if {
	activity == "casus-sluiten"
	data.sluis.vocabulary.kinds[input.requester.organisation.kind] == true
	data.sluis.facts.same(input.requester.organisation, input.recipient)
}

# A result: whoever shares it receives it or brings it.
holds(_, activity) if {
	activity == "resultaat-delen"
	data.sluis.facts.same(input.requester.organisation, input.recipient)
}

holds(_, activity) if {
	activity == "resultaat-delen"
	data.sluis.facts.same(input.requester.organisation, input.holder)
}

# Towards another verband a public participant may act for all of them.
holds(row, activity) if {
	row.on_behalf == true
	activity == "resultaat-delen"
	data.sluis.vocabulary.kinds[input.requester.organisation.kind] == true
}

# Giving to a third party: as the row says of each, no more.
holds(_, activity) if activity == "derde-verstrekken"

# Whom an activity compares.
compared contains name if {
	input.activity in {"opvragen", "bevragen-ander-zvh", "inzage", "log-raadplegen", "casus-sluiten"}
	some name in ["requester", "recipient"]
}

compared contains name if {
	input.activity in {"verstrekken", "aanmelden"}
	some name in ["requester", "holder"]
}

compared contains name if {
	input.activity == "resultaat-delen"
	some name in ["requester", "recipient", "holder"]
}
