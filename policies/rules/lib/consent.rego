package sluis.main

import rego.v1

# METADATA
# scope: document
# title: Toestemming van de betrokkene
# description: |
#   Een toestemming telt als zij voor deze grondslag is gegeven, op of voor de rechtsdag, en niet op of voor die dag is
#   ingetrokken; elke toestemming staat op zichzelf. Van elke gever moet er een zijn, en een veld is gedekt als van elke gever
#   een geldige toestemming zijn categorie noemt. Geen toestemming telt voordat elke regel van de lijst bekend is.
# custom:
#   article: AVG 4(11), AVG 7
consent_needed(row) if row.consent == "altijd"

consent_needed(row) if {
	row.consent == "gezinslid"
	input.subject.relation == "gezinslid"
}

consent_open(row) if row.consent == "nooit"

consent_open(row) if {
	row.consent == "gezinslid"
	input.subject.relation in {"betrokkene", "directe-kring", "derde"}
}

consent_open(row) if {
	row.consent != "nooit"
	consent_needed(row)
	consent_known
	count(givers_required) > 0
	every giver in givers_required { count(consent_valid[giver]) > 0 }
}

consent_entries := [entry | is_array(input.subject.consents); some entry in input.subject.consents]

default consent_known := false

consent_known if {
	is_array(input.subject.consents)
	every entry in consent_entries { consent_complete(entry) }
}

consent_complete(entry) if {
	facts_filled(entry.basis)
	entry.basis != input.basis
}

consent_complete(entry) if {
	entry.basis == input.basis
	is_array(entry.categories)
	is_string(entry.given_at)
	is_string(entry.by)
	object.get(entry, "withdrawn_at", {"absent"}) != {"absent"}
}

# The categories that each giver's valid consents name, one set for each consent.
consent_valid[giver] contains {category | some category in entry.categories} if {
	some entry in consent_entries
	entry.basis == input.basis
	is_string(entry.given_at)
	entry.given_at <= calendar_day
	is_array(entry.categories)
	consent_stands(entry)
	some giver in givers_required
	entry.by == giver
}

consent_stands(entry) if entry.withdrawn_at == null

consent_stands(entry) if {
	is_string(entry.withdrawn_at)
	entry.withdrawn_at > calendar_day
}

consent_covered(category) if {
	every giver in givers_required { category in union(consent_valid[giver]) }
}

consent_missing := (givers_missing | facts_absent([["subject", "consents"]])) | consent_incomplete

consent_incomplete := {concat(".", ["subject.consents", format_int(index, 10), member]) |
	some index, entry in consent_entries
	some member in ["basis", "categories", "given_at", "by", "withdrawn_at"]
	consent_unsaid(entry, member)
}

consent_unsaid(entry, "basis") if facts_lacks_text(entry, "basis")

consent_unsaid(entry, member) if {
	entry.basis == input.basis
	member != "withdrawn_at"
	facts_lacks(entry, member)
}

# Null says that nothing was withdrawn; absent says nothing.
consent_unsaid(entry, "withdrawn_at") if {
	entry.basis == input.basis
	object.get(entry, "withdrawn_at", {"absent"}) == {"absent"}
}

# Of a giver whose consent lacks, one consent was withdrawn.
consent_withdrawn(giver) := [entry |
	some entry in consent_entries
	entry.basis == input.basis
	entry.by == giver
	is_string(entry.withdrawn_at)
	entry.withdrawn_at <= calendar_day
]

consent_lacking := {giver | some giver in givers_required; not consent_valid[giver]}

# METADATA
# title: Wat er aan de toestemming ontbreekt voor het hele verzoek
consent_codes contains code if {
	consent_needed(claim_row)
	consent_known
	count(consent_lacking) > 0
	code := consent_reproach([entry | some giver in consent_lacking; some entry in consent_withdrawn(giver)])
}

# METADATA
# title: Wat er aan de toestemming ontbreekt voor een categorie
consent_category_codes(category) := {consent_reproach([entry |
	some giver in givers_required
	not category in union(consent_valid[giver])
	some entry in consent_withdrawn(giver)
	is_array(entry.categories)
	category in entry.categories
]) |
	count(consent_lacking) == 0
	consent_known
	not consent_covered(category)
}

# METADATA
# title: De toestemming is ingetrokken
# custom:
#   article: AVG 7(3)
#   code: toestemming-ingetrokken
consent_reproach(withdrawals) := "toestemming-ingetrokken" if count(withdrawals) > 0

# METADATA
# title: Er is geen toestemming
# custom:
#   article: AVG 6(1)(a)
#   code: geen-toestemming
consent_reproach(withdrawals) := "geen-toestemming" if count(withdrawals) == 0
