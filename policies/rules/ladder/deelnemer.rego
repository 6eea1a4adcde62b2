package sluis.main

import rego.v1

# METADATA
# scope: document
# title: Deelnemer
# description: |
#   Wie vraagt, wie ontvangt en wie de bron is, mag daar staan volgens de grondslag, en de activiteit past bij hun verhouding
#   (`lib/relation.rego`). Wat het register van de medewerker weet, staat in `lib/actor.rego`.
# custom:
#   article: WGS 2.27
deelnemer_open(row) if {
	deelnemer_admitted(input.requester.organisation, row.parties.requester)
	deelnemer_admitted(input.recipient, row.parties.recipient)
	deelnemer_holder_open(row)
	relation_holds(row, input.activity)
	deelnemer_one_organisation(row)
	deelnemer_outside(row)
	actor_open(row)
}

deelnemer_holder_open(row) if deelnemer_admitted(input.holder, row.parties.holder)

# The row looks at no holder.
deelnemer_holder_open(row) if not row.parties.holder

# Nobody stands somewhere without being named.
deelnemer_admitted(organisation, party) if {
	organisation.kind in party.kinds
	is_string(organisation.oin)
	trim_space(organisation.oin) != ""
}

deelnemer_outside(row) if row.third == null

# A third party has no seat in this case.
deelnemer_outside(row) if {
	row.third != null
	every party in input.case.participants { party.oin != input.recipient.oin }
}

deelnemer_one_organisation(row) if row.same_organisation == false

deelnemer_one_organisation(row) if {
	row.same_organisation == true
	facts_same(input.recipient, input.holder)
}

deelnemer_missing := (facts_absent(deelnemer_kinds) | facts_absent_texts(deelnemer_numbers)) | actor_missing

# Nobody stands somewhere without being named: a party that a row looks at has a number, also where any kind may stand.
deelnemer_numbers contains deelnemer_path(name, "oin") if some name, _ in claim_row.parties

deelnemer_numbers contains deelnemer_path(name, "oin") if some name in deelnemer_compared

deelnemer_kinds := {deelnemer_path(name, "kind") | some name, _ in claim_row.parties}

deelnemer_compared contains name if some name in relation_compared

deelnemer_compared contains name if {
	claim_row.same_organisation == true
	some name in ["recipient", "holder"]
}

deelnemer_path("requester", member) := ["requester", "organisation", member]

deelnemer_path(name, member) := [name, member] if name in {"recipient", "holder"}

# The parties that the row does not admit: what it allows there, and what their kind is to the statute.
deelnemer_outsiders contains [party.allowed, standing] if {
	some name, party in claim_row.parties
	kind := facts_organisation(name).kind
	not kind in party.kinds
	standing := vocabulary.kinds[kind]
}

# METADATA
# title: Geen deelnemer aan het samenwerkingsverband
# custom:
#   article: WGS 2.27
#   code: geen-deelnemer
deelnemer_codes contains "geen-deelnemer" if {
	some allowed in ["deelnemer", "publiek"]
	deelnemer_outsiders[[allowed, null]]
}

deelnemer_cited contains "participants" if "geen-deelnemer" in deelnemer_codes

# METADATA
# title: Een private deelnemer waar alleen een publieke mag staan
# custom:
#   article: WGS 2.27
#   code: niet-geautoriseerd
deelnemer_codes contains "niet-geautoriseerd" if deelnemer_outsiders[["publiek", false]]

# METADATA
# title: De activiteit past niet bij wie vraagt, ontvangt en bron is
# custom:
#   article: WGS 1.8(2)
#   code: niet-geautoriseerd
deelnemer_codes contains "niet-geautoriseerd" if {
	count(relation_compared) > 0
	every name in relation_compared {
		is_string(facts_organisation(name).kind)
		facts_filled(facts_organisation(name).oin)
	}
	not relation_holds(claim_row, input.activity)
}

# METADATA
# title: Deze partij staat niet in de grondslag
# custom:
#   code: geen-grondslag
deelnemer_codes contains "geen-grondslag" if {
	some [allowed, _] in deelnemer_outsiders
	allowed in {"soorten", "derde"}
}

# METADATA
# title: Wie deelnemer is in deze casus, is geen derde
# custom:
#   article: WGS 1.7(2)
#   code: geen-grondslag
deelnemer_codes contains "geen-grondslag" if {
	claim_row.third != null
	facts_filled(input.recipient.oin)
	some party in facts_participants
	party.oin == input.recipient.oin
}

# METADATA
# title: De gegevens zijn van een andere organisatie
# custom:
#   code: geen-grondslag
deelnemer_codes contains "geen-grondslag" if {
	claim_row.same_organisation == true
	every party in [input.recipient, input.holder] {
		is_string(party.kind)
		facts_filled(party.oin)
	}
	not deelnemer_one_organisation(claim_row)
}

deelnemer_codes contains code if some code in actor_codes

# METADATA
# title: Een feit dat deze trap nodig heeft, ontbreekt
# custom:
#   code: feit-ontbreekt
deelnemer_codes contains "feit-ontbreekt" if count(deelnemer_missing) > 0

deelnemer_cited contains "log" if "loggebruik-niet-toegestaan" in deelnemer_codes

deelnemer_cited contains "screening" if actor_unscreened
