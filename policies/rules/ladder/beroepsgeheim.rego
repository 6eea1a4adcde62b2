# METADATA
# title: Beroepsgeheim
# description: |
#   Wie gebonden is aan een beroepsgeheim verstrekt alleen met een uitzondering die de beroepsbeoefenaar zelf heeft vastgelegd:
#   uitdrukkelijke toestemming, een wettelijke plicht, een wettelijke toestemming, of goed hulpverlenerschap. Breekt de wet het
#   geheim alleen op verzoek, dan geldt dat ook bij verstrekken uit eigen beweging.
# custom:
#   article: WGS 2.29(2)
package sluis.ladder.beroepsgeheim

import rego.v1

# The consent of the basis suffices, the statute breaks secrecy, rung categorie keeps it, or nothing of a holder is read.
open(row) if row.secrecy in {"consent", "breaks", "never", "none"}

open(row) if broken_on_request(row)

open(row) if {
	excepting(row)
	input.holder.secrecy_bound == false
}

open(row) if {
	excepting(row)
	input.holder.secrecy_bound == true
	is_object(input.holder_statement)
	count(missing_person) == 0
}

# Every field stands on the same exception, so no field needs none.
fields_open(row) if row.secrecy in {"consent", "breaks", "never", "none"}

fields_open(row) if broken_on_request(row)

fields_open(row) if {
	excepting(row)
	input.holder.secrecy_bound == false
}

fields_open(row) if {
	excepting(row)
	input.holder.secrecy_bound == true
	excepted
}

fields_open(row) if {
	excepting(row)
	data.sluis.facts.fields == []
}

# Where the statute breaks secrecy only for who asks, giving unasked needs an exception like anywhere else.
broken_on_request(row) if {
	row.secrecy == "breaks-on-request"
	input.activity == "opvragen"
}

excepting(row) if row.secrecy == "exception"

excepting(row) if {
	row.secrecy == "breaks-on-request"
	object.get(input, "activity", null) != "opvragen"
}

passing contains index if {
	fields_open(data.sluis.claim.row)
	some index, _ in data.sluis.facts.fields
}

default bound := false

bound if {
	excepting(data.sluis.claim.row)
	input.holder.secrecy_bound == true
}

default excepted := false

excepted if {
	claimed := input.holder_statement.secrecy_exception
	claimed.kind in data.sluis.vocabulary.exceptions
	claimed.by in data.sluis.vocabulary.roles.content
	data.sluis.facts.filled(claimed.reason)
	given(claimed)
}

given(claimed) if claimed.kind != "toestemming"

# From sixteen the professional's word on the person's own consent suffices.
given(claimed) if {
	claimed.kind == "toestemming"
	data.sluis.givers.required == ["zelf"]
}

given(claimed) if {
	claimed.kind == "toestemming"
	count(data.sluis.givers.required) > 0
	every giver in data.sluis.givers.required { giver in claimed.given_by }
}

missing := (data.sluis.facts.absent(needed) | missing_person) | exception

needed := {["holder", "secrecy_bound"] | excepting(data.sluis.claim.row)} | {["holder_statement"] | bound}

# The consent of a person is only known with the age and whether they can consent.
missing_person := {path |
	bound
	input.holder_statement.secrecy_exception.kind == "toestemming"
	some path in data.sluis.givers.missing
}

exception := {path | bound; some path in data.sluis.facts.unsaid("secrecy_exception")} | {path |
	bound
	is_object(input.holder_statement.secrecy_exception)
	some path in (data.sluis.facts.absent([["holder_statement", "secrecy_exception", "kind"]]) | data.sluis.facts.absent_texts([
		["holder_statement", "secrecy_exception", "by"],
		["holder_statement", "secrecy_exception", "reason"],
	]))
}

# METADATA
# title: Een feit dat deze trap nodig heeft, ontbreekt
# custom:
#   code: feit-ontbreekt
codes contains "feit-ontbreekt" if count(data.sluis.facts.absent(needed) | missing_person) > 0

# METADATA
# title: De bron is gebonden aan een beroepsgeheim en er is geen uitzondering
# custom:
#   article: WGS 2.29(2)
#   code: beroepsgeheim-geen-toestemming
field_codes[index] contains "beroepsgeheim-geen-toestemming" if {
	bound
	is_object(input.holder_statement)
	count(missing_person) == 0
	not excepted
	some index, _ in data.sluis.facts.fields
}

# Named when it refuses, and when an exception is what the answer stands on.
stands_on(row) := ["secrecy" |
	excepting(row)
	input.holder.secrecy_bound == true
	is_object(input.holder_statement)
]

# METADATA
# title: Op goed hulpverlenerschap kijkt een mens mee
# custom:
#   article: WGS 2.29(2)
#   code: menselijke-beoordeling
obligations(row) := {"menselijke-beoordeling" |
	excepting(row)
	input.holder.secrecy_bound == true
	input.holder_statement.secrecy_exception.kind == "goed-hulpverlenerschap"
}
