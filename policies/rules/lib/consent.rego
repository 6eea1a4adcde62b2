# METADATA
# title: Toestemming van de betrokkene
# description: |
#   Een toestemming telt als zij voor deze grondslag is gegeven, op of voor de rechtsdag, en niet op of voor die dag is
#   ingetrokken; elke toestemming staat op zichzelf. Van elke gever moet er een zijn, en een veld is gedekt als van elke gever
#   een geldige toestemming zijn categorie noemt. Geen toestemming telt voordat elke regel van de lijst bekend is.
# custom:
#   article: AVG 4(11), AVG 7
package sluis.consent

import rego.v1

needed(row) if row.consent == "altijd"

needed(row) if {
	row.consent == "gezinslid"
	input.subject.relation == "gezinslid"
}

open(row) if row.consent == "nooit"

open(row) if {
	row.consent == "gezinslid"
	input.subject.relation in {"betrokkene", "directe-kring", "derde"}
}

open(row) if {
	needed(row)
	known
	count(data.sluis.givers.required) > 0
	every giver in data.sluis.givers.required { count(valid[giver]) > 0 }
}

entries := [entry | is_array(input.subject.consents); some entry in input.subject.consents]

default known := false

known if {
	is_array(input.subject.consents)
	every entry in entries { complete(entry) }
}

complete(entry) if {
	data.sluis.facts.filled(entry.basis)
	entry.basis != input.basis
}

complete(entry) if {
	entry.basis == input.basis
	is_array(entry.categories)
	is_string(entry.given_at)
	is_string(entry.by)
	object.get(entry, "withdrawn_at", {"absent"}) != {"absent"}
}

# The categories that each giver's valid consents name, one set for each consent.
valid[giver] contains {category | some category in entry.categories} if {
	some entry in entries
	entry.basis == input.basis
	is_string(entry.given_at)
	entry.given_at <= data.sluis.calendar.day
	is_array(entry.categories)
	stands(entry)
	some giver in data.sluis.givers.required
	entry.by == giver
}

stands(entry) if entry.withdrawn_at == null

stands(entry) if {
	is_string(entry.withdrawn_at)
	entry.withdrawn_at > data.sluis.calendar.day
}

covered(category) if {
	every giver in data.sluis.givers.required { category in union(valid[giver]) }
}

missing := (data.sluis.givers.missing | data.sluis.facts.absent([["subject", "consents"]])) | incomplete

incomplete := {concat(".", ["subject.consents", format_int(index, 10), member]) |
	some index, entry in entries
	some member in ["basis", "categories", "given_at", "by", "withdrawn_at"]
	unsaid(entry, member)
}

unsaid(entry, "basis") if data.sluis.facts.lacks_text(entry, "basis")

unsaid(entry, member) if {
	entry.basis == input.basis
	member != "withdrawn_at"
	data.sluis.facts.lacks(entry, member)
}

# Null says that nothing was withdrawn; absent says nothing.
unsaid(entry, "withdrawn_at") if {
	entry.basis == input.basis
	object.get(entry, "withdrawn_at", {"absent"}) == {"absent"}
}

# Of a giver whose consent lacks, one consent was withdrawn.
withdrawn(giver) := [entry |
	some entry in entries
	entry.basis == input.basis
	entry.by == giver
	is_string(entry.withdrawn_at)
	entry.withdrawn_at <= data.sluis.calendar.day
]

lacking := {giver | some giver in data.sluis.givers.required; not valid[giver]}

# METADATA
# title: Wat er aan de toestemming ontbreekt voor het hele verzoek
codes contains code if {
	needed(data.sluis.claim.row)
	known
	count(lacking) > 0
	code := reproach([entry | some giver in lacking; some entry in withdrawn(giver)])
}

# METADATA
# title: Wat er aan de toestemming ontbreekt voor een categorie
category_codes(category) := {reproach([entry |
	some giver in data.sluis.givers.required
	not category in union(valid[giver])
	some entry in withdrawn(giver)
	is_array(entry.categories)
	category in entry.categories
]) |
	count(lacking) == 0
	known
	not covered(category)
}

# METADATA
# title: De toestemming is ingetrokken
# custom:
#   article: AVG 7(3)
#   code: toestemming-ingetrokken
reproach(withdrawals) := "toestemming-ingetrokken" if count(withdrawals) > 0

# METADATA
# title: Er is geen toestemming
# custom:
#   article: AVG 6(1)(a)
#   code: geen-toestemming
reproach(withdrawals) := "geen-toestemming" if count(withdrawals) == 0
