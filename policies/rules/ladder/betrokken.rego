# METADATA
# title: Betrokken
# description: |
#   De publieke deelnemers bepalen per casus wie betrokken is. Wie de grondslag noemt, staat bij de deelnemers van deze casus,
#   en is overal waar hij genoemd wordt betrokken.
# custom:
#   article: WGS 2.31(4)
package sluis.ladder.betrokken

import rego.v1

open(row) if row.involved == []

open(row) if {
	row.involved != []
	known
	said := {[party.oin, party.kind, party.involved] | some party in input.case.participants}
	every name in row.involved { involved(data.sluis.facts.organisation(name), said) }
}

# No entry counts before every entry is known: a part left out must not hide that somebody is not involved.
known if {
	data.sluis.form.usual
	input.case != null
}

known if {
	not data.sluis.form.usual
	is_array(input.case.participants)
	every party in input.case.participants {
		data.sluis.facts.filled(party.oin)
		is_string(party.kind)
		is_boolean(party.involved)
	}
}

# A Zorg- en Veiligheidshuis or a RIEC takes part in no case itself: it is not asked.
involved(organisation, _) if organisation.kind in {"zvh", "riec"}

# Whoever is named twice is involved each time.
involved(organisation, said) if {
	[organisation.oin, organisation.kind, true] in said
	not [organisation.oin, organisation.kind, false] in said
}

default missing := set()

missing := data.sluis.facts.absent_texts(numbers) | unknown if data.sluis.claim.row.involved != []

numbers := {["case", "participants"]} | {path |
	some name in data.sluis.claim.row.involved
	some path in paths(name)
}

paths("requester") := {["requester", "organisation", "oin"], ["requester", "organisation", "kind"]}

paths(name) := {[name, "oin"], [name, "kind"]} if name in {"recipient", "holder"}

unknown := {concat(".", ["case.participants", format_int(index, 10), member]) |
	some index, party in data.sluis.facts.participants
	some member in ["oin", "kind", "involved"]
	unsaid(party, member)
}

unsaid(party, member) if data.sluis.facts.lacks(party, member)

unsaid(party, "oin") if data.sluis.facts.lacks_text(party, "oin")

# METADATA
# title: Geen betrokken deelnemer in deze casus
# custom:
#   article: WGS 2.31(4)
#   code: niet-betrokken-bij-casus
codes contains "niet-betrokken-bij-casus" if {
	known
	said := {[party.oin, party.kind, party.involved] | some party in input.case.participants}
	some name in data.sluis.claim.row.involved
	organisation := data.sluis.facts.organisation(name)
	data.sluis.facts.same(organisation, organisation)
	not involved(organisation, said)
}

cited contains "involved" if "niet-betrokken-bij-casus" in codes

# METADATA
# title: Een feit dat deze trap nodig heeft, ontbreekt
# custom:
#   code: feit-ontbreekt
codes contains "feit-ontbreekt" if count(missing) > 0
