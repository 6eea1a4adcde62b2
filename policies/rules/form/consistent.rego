package sluis.form

import rego.v1

# METADATA
# title: Feiten die elkaar tegenspreken zijn fout
# description: |
#   Twee velden met één naam, een deelnemer van een andere soort dan de organisatie met hetzelfde nummer, en een eerste
#   verwerking na het moment van de vraag.
consistent(facts) if {
	names := [value.name | some value in data.sluis.facts.fields; is_string(value.name)]
	count({name | some name in names}) == count(names)
	[1 | first := facts.case.first_processed_at; is_string(first); first > data.sluis.calendar.day] == []
	one_kind_each(facts)
}

one_kind_each(_) if plainly_one_kind

one_kind_each(_) if {
	not plainly_one_kind
	every name in ["requester", "recipient", "holder"] { one_kind(name) }
}

default plainly_one_kind := false

# Where everybody has a number and a kind: as many pairs as numbers.
plainly_one_kind if {
	pairs := [[entry.oin, entry.kind] | some entry in data.sluis.facts.participants]
	count(pairs) == count(data.sluis.facts.participants)
	all := {pair | some pair in pairs} | {
		[input.requester.organisation.oin, input.requester.organisation.kind],
		[input.recipient.oin, input.recipient.kind], [input.holder.oin, input.holder.kind],
	}
	numbers := {pair[0] | some pair in all}
	count(all) == count(numbers)
	not null in numbers
}

# Null says nothing, so it contradicts nothing.
one_kind(name) if {
	parties := [party | party := data.sluis.facts.organisation(name)]
	kinds := {party.kind | some party in parties} | {entry.kind |
		some party in parties
		some entry in data.sluis.facts.participants
		entry.oin == party.oin
		entry.oin != null
	}
	count(kinds - {null}) < 2
}
