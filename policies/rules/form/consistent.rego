package sluis.form

import rego.v1

default consistent := false

# METADATA
# title: Feiten die elkaar tegenspreken zijn fout
# description: |
#   Twee velden met één naam, een deelnemer van een andere soort dan de organisatie met hetzelfde nummer, en een eerste
#   verwerking na het moment van de vraag.
consistent if {
	names := [value.name | some value in data.sluis.facts.fields; data.sluis.facts.filled(value.name)]
	count({name | some name in names}) == count(names)
	count(other_kinds) == 0
	count(later) == 0
}

other_kinds := [1 |
	some name in ["requester", "recipient", "holder"]
	organisation := data.sluis.facts.organisation(name)
	some party in data.sluis.facts.participants
	contradicts(party, organisation)
]

contradicts(party, organisation) if {
	party.oin == organisation.oin
	party.oin != null
	party.kind != organisation.kind
	party.kind != null
	organisation.kind != null
}

later := [1 |
	first := input.case.first_processed_at
	is_string(first)
	first > data.sluis.calendar.day
]
