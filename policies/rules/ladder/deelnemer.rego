# METADATA
# title: Deelnemer
# description: |
#   Wie vraagt, wie ontvangt en wie de bron is, mag daar staan volgens de grondslag, en de activiteit past bij hun verhouding
#   (`lib/relation.rego`). Wat het register van de medewerker weet, staat in `lib/actor.rego`.
# custom:
#   article: WGS 2.27
package sluis.ladder.deelnemer

import rego.v1

open(row) if {
	admitted(input.requester.organisation, row.parties.requester)
	admitted(input.recipient, row.parties.recipient)
	holder_open(row)
	data.sluis.relation.holds(row, input.activity)
	one_organisation(row)
	outside(row)
	data.sluis.actor.open(row)
}

holder_open(row) if admitted(input.holder, row.parties.holder)

# The row looks at no holder.
holder_open(row) if object.get(row.parties, "holder", null) == null

# Nobody stands somewhere without being named.
admitted(organisation, party) if {
	organisation.kind in party.kinds
	is_string(organisation.oin)
	trim_space(organisation.oin) != ""
}

outside(row) if row.third == null

# A third party has no seat in this case.
outside(row) if {
	row.third != null
	every party in input.case.participants { party.oin != input.recipient.oin }
}

one_organisation(row) if row.same_organisation == false

one_organisation(row) if {
	row.same_organisation == true
	data.sluis.facts.same(input.recipient, input.holder)
}

missing := (data.sluis.facts.absent(kinds) | data.sluis.facts.absent_texts(numbers)) | data.sluis.actor.missing

# Nobody stands somewhere without being named: a party that a row looks at has a number, also where any kind may stand.
numbers contains path(name, "oin") if some name, _ in data.sluis.claim.row.parties

numbers contains path(name, "oin") if some name in compared

kinds := {path(name, "kind") | some name, _ in data.sluis.claim.row.parties}

compared contains name if some name in data.sluis.relation.compared

compared contains name if {
	data.sluis.claim.row.same_organisation == true
	some name in ["recipient", "holder"]
}

path("requester", member) := ["requester", "organisation", member]

path(name, member) := [name, member] if name in {"recipient", "holder"}

# The parties that the row does not admit: what it allows there, and what their kind is to the statute.
outsiders contains [party.allowed, standing] if {
	some name, party in data.sluis.claim.row.parties
	kind := data.sluis.facts.organisation(name).kind
	not kind in party.kinds
	standing := data.sluis.vocabulary.kinds[kind]
}

# METADATA
# title: Geen deelnemer aan het samenwerkingsverband
# custom:
#   article: WGS 2.27
#   code: geen-deelnemer
codes contains "geen-deelnemer" if {
	some allowed in ["deelnemer", "publiek"]
	outsiders[[allowed, null]]
}

cited contains "participants" if "geen-deelnemer" in codes

# METADATA
# title: Een private deelnemer waar alleen een publieke mag staan
# custom:
#   article: WGS 2.27
#   code: niet-geautoriseerd
codes contains "niet-geautoriseerd" if outsiders[["publiek", false]]

# METADATA
# title: De activiteit past niet bij wie vraagt, ontvangt en bron is
# custom:
#   code: niet-geautoriseerd
codes contains "niet-geautoriseerd" if {
	count(data.sluis.relation.compared) > 0
	every name in data.sluis.relation.compared {
		is_string(data.sluis.facts.organisation(name).kind)
		data.sluis.facts.filled(data.sluis.facts.organisation(name).oin)
	}
	not data.sluis.relation.holds(data.sluis.claim.row, input.activity)
}

# METADATA
# title: Deze partij staat niet in de grondslag
# custom:
#   code: geen-grondslag
codes contains "geen-grondslag" if {
	some [allowed, _] in outsiders
	allowed in {"soorten", "derde"}
}

# METADATA
# title: Wie deelnemer is in deze casus, is geen derde
# custom:
#   article: WGS 1.7(2)
#   code: geen-grondslag
codes contains "geen-grondslag" if {
	data.sluis.claim.row.third != null
	data.sluis.facts.filled(input.recipient.oin)
	some party in data.sluis.facts.participants
	party.oin == input.recipient.oin
}

# METADATA
# title: De gegevens zijn van een andere organisatie
# custom:
#   code: geen-grondslag
codes contains "geen-grondslag" if {
	data.sluis.claim.row.same_organisation == true
	every party in [input.recipient, input.holder] {
		is_string(party.kind)
		data.sluis.facts.filled(party.oin)
	}
	not one_organisation(data.sluis.claim.row)
}

codes contains code if some code in data.sluis.actor.codes

# METADATA
# title: Een feit dat deze trap nodig heeft, ontbreekt
# custom:
#   code: feit-ontbreekt
codes contains "feit-ontbreekt" if count(missing) > 0

cited contains "log" if "loggebruik-niet-toegestaan" in codes

cited contains "screening" if data.sluis.actor.unscreened
