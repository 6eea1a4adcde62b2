package sluis.main

import rego.v1

# METADATA
# title: Feiten die elkaar tegenspreken zijn fout
# description: |
#   Twee velden met één naam, een deelnemer van een andere soort dan de organisatie met hetzelfde nummer, en een eerste
#   verwerking na het moment van de vraag. Wat null is zegt niets, en spreekt dus niets tegen.
default form_consistent := false

form_consistent if {
	form_names_differ(facts_fields)
	form_not_later
	every name in ["requester", "recipient", "holder"] { form_one_kind(name) }
}

# The usual road: everybody named has a kind, so there are as many pairs as numbers.
form_plainly_consistent(asked) if {
	count({value.name | some value in asked}) == count(asked)
	pairs := {[entry.oin, entry.kind] | is_array(input.case.participants); some entry in input.case.participants} | {
		[input.requester.organisation.oin, input.requester.organisation.kind], [input.recipient.oin, input.recipient.kind],
		[input.holder.oin, input.holder.kind],
	}
	count(pairs) == count({pair[0] | some pair in pairs})
}

form_names_differ(asked) if {
	names := [value.name | some value in asked; is_string(value.name)]
	count({name | some name in names}) == count(names)
}

form_not_later if {
	[first |
		first := input.case.first_processed_at
		is_string(first)
		first > calendar_day
	] == []
}

form_one_kind(name) if {
	parties := [party | party := facts_organisation(name)]
	kinds := {party.kind | some party in parties} | {entry.kind |
		some party in parties
		some entry in facts_participants
		entry.oin == party.oin
		entry.oin != null
	}
	count(kinds - {null}) < 2
}
