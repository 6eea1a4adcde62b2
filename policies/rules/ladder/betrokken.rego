package sluis.main

import rego.v1

# METADATA
# scope: document
# title: Betrokken
# description: |
#   De publieke deelnemers bepalen per casus wie betrokken is. Wie de grondslag noemt, staat bij de deelnemers van deze casus,
#   en is overal waar hij genoemd wordt betrokken.
# custom:
#   article: WGS 2.31(4)
betrokken_open(row) if row.involved == []

betrokken_open(row) if {
	row.involved != []
	betrokken_known(input.case)
	said := {[party.oin, party.kind, party.involved] | some party in input.case.participants}
	parties := {
		"requester": input.requester.organisation,
		"recipient": object.get(input, "recipient", null),
		"holder": object.get(input, "holder", null),
	}
	every name in row.involved { betrokken_involved(parties[name], said) }
}

# No entry counts before every entry is known: a part left out must not hide that somebody is not involved.
betrokken_known(case) if {
	form_usual
	case != null
}

betrokken_known(case) if {
	not form_usual
	is_array(case.participants)
	every party in case.participants {
		facts_filled(party.oin)
		is_string(party.kind)
		is_boolean(party.involved)
	}
}

# A Zorg- en Veiligheidshuis or a RIEC takes part in no case itself: it is not asked.
betrokken_involved(organisation, _) if organisation.kind in {"zvh", "riec"}

# Whoever is named twice is involved each time.
betrokken_involved(organisation, said) if {
	[organisation.oin, organisation.kind, true] in said
	not [organisation.oin, organisation.kind, false] in said
}

default betrokken_missing := set()

betrokken_missing := facts_absent_texts(betrokken_numbers) | betrokken_unknown if claim_row.involved != []

betrokken_numbers := {["case", "participants"]} | {path |
	some name in claim_row.involved
	some path in betrokken_paths(name)
}

betrokken_paths("requester") := {["requester", "organisation", "oin"], ["requester", "organisation", "kind"]}

betrokken_paths(name) := {[name, "oin"], [name, "kind"]} if name in {"recipient", "holder"}

betrokken_unknown := {concat(".", ["case.participants", format_int(index, 10), member]) |
	not form_usual
	some index, party in facts_participants
	some member in ["oin", "kind", "involved"]
	betrokken_unsaid(party, member)
}

betrokken_unsaid(party, member) if facts_lacks(party, member)

betrokken_unsaid(party, "oin") if facts_lacks_text(party, "oin")

# METADATA
# title: Geen betrokken deelnemer in deze casus
# custom:
#   article: WGS 2.31(4)
#   code: niet-betrokken-bij-casus
betrokken_codes contains "niet-betrokken-bij-casus" if {
	betrokken_known(input.case)
	said := {[party.oin, party.kind, party.involved] | some party in input.case.participants}
	some name in claim_row.involved
	organisation := facts_organisation(name)
	facts_same(organisation, organisation)
	not betrokken_involved(organisation, said)
}

betrokken_cited contains "involved" if "niet-betrokken-bij-casus" in betrokken_codes

# METADATA
# title: Een feit dat deze trap nodig heeft, ontbreekt
# custom:
#   code: feit-ontbreekt
betrokken_codes contains "feit-ontbreekt" if count(betrokken_missing) > 0
