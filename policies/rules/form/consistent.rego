package sluis.form

import rego.v1

# METADATA
# title: Feiten die elkaar tegenspreken zijn fout
# description: |
#   Twee velden met één naam, een deelnemer van een andere soort dan de organisatie met hetzelfde nummer, en een eerste
#   verwerking na het moment van de vraag. Wat null is zegt niets, en spreekt dus niets tegen.
default consistent := false

consistent if {
	names_differ(data.sluis.facts.fields)
	not_later
	every name in ["requester", "recipient", "holder"] { one_kind(name) }
}

# The granting road: everybody named has a kind, so there are as many pairs as numbers.
plainly_consistent if {
	names_differ(input.fields)
	pairs := {[entry.oin, entry.kind] | is_array(input.case.participants); some entry in input.case.participants} | {
		[input.requester.organisation.oin, input.requester.organisation.kind], [input.recipient.oin, input.recipient.kind],
		[input.holder.oin, input.holder.kind],
	}
	count(pairs) == count({pair[0] | some pair in pairs})
}

names_differ(asked) if {
	names := [value.name | some value in asked; is_string(value.name)]
	count({name | some name in names}) == count(names)
}

not_later if {
	[first |
		first := input.case.first_processed_at
		is_string(first)
		first > data.sluis.calendar.day
	] == []
}

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
