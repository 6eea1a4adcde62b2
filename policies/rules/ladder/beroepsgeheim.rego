# METADATA
# title: Beroepsgeheim
# description: |
#   Wie gebonden is aan een beroepsgeheim verstrekt alleen met een uitzondering die de beroepsbeoefenaar zelf heeft vastgelegd:
#   uitdrukkelijke toestemming, een wettelijke plicht, een wettelijke toestemming, of goed hulpverlenerschap.
# custom:
#   article: WGS 2.29(2)
package sluis.ladder.beroepsgeheim

import rego.v1

# The consent of the basis suffices, or the statute breaks secrecy.
open(row) if row.secrecy in {"consent", "breaks"}

open(row) if {
	row.secrecy == "exception"
	input.holder.secrecy_bound == false
}

open(row) if {
	row.secrecy == "exception"
	input.holder.secrecy_bound == true
	is_object(input.holder_statement)
	count(missing_person) == 0
}

# Every field stands on the same exception, so no field needs none.
fields_open(row) if row.secrecy in {"consent", "breaks"}

fields_open(row) if {
	row.secrecy == "exception"
	input.holder.secrecy_bound == false
}

fields_open(row) if {
	row.secrecy == "exception"
	input.holder.secrecy_bound == true
	excepted
}

fields_open(row) if {
	row.secrecy == "exception"
	data.sluis.facts.fields == []
}

passing contains index if {
	fields_open(data.sluis.claim.row)
	some index, _ in data.sluis.facts.fields
}

default bound := false

bound if {
	data.sluis.claim.row.secrecy == "exception"
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

needed := {["holder", "secrecy_bound"] | data.sluis.claim.row.secrecy == "exception"} | {["holder_statement"] | bound}

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
	row.secrecy == "exception"
	input.holder.secrecy_bound == true
	is_object(input.holder_statement)
]

# METADATA
# title: Op goed hulpverlenerschap kijkt een mens mee
# custom:
#   article: WGS 2.29(2)
#   code: menselijke-beoordeling
obligations(row) := {"menselijke-beoordeling" |
	row.secrecy == "exception"
	input.holder.secrecy_bound == true
	input.holder_statement.secrecy_exception.kind == "goed-hulpverlenerschap"
}
