package sluis.main

import rego.v1

# METADATA
# scope: document
# title: Beroepsgeheim
# description: |
#   Wie gebonden is aan een beroepsgeheim verstrekt alleen met een uitzondering die de beroepsbeoefenaar zelf heeft vastgelegd:
#   uitdrukkelijke toestemming, een wettelijke plicht, een wettelijke toestemming, of goed hulpverlenerschap. Breekt de wet het
#   geheim alleen op verzoek, dan geldt dat ook bij verstrekken uit eigen beweging.
# custom:
#   article: WGS 2.29(2)
beroepsgeheim_open(row) if beroepsgeheim_free(row)

beroepsgeheim_open(row) if {
	input.holder.secrecy_bound == true
	beroepsgeheim_excepting(row)
	is_object(input.holder_statement)
	count(beroepsgeheim_missing_person) == 0
}

# Every field stands on the same exception, so no field needs none.
beroepsgeheim_fields_open(row) if beroepsgeheim_free(row)

beroepsgeheim_fields_open(row) if {
	input.holder.secrecy_bound == true
	beroepsgeheim_excepting(row)
	beroepsgeheim_excepted
}

beroepsgeheim_fields_open(row) if {
	facts_fields == []
	beroepsgeheim_excepting(row)
}

# The consent of the basis suffices, the statute breaks secrecy, rung categorie keeps it, or nothing of a holder is read.
beroepsgeheim_free(row) if row.secrecy in {"consent", "breaks", "never", "none"}

beroepsgeheim_free(_) if input.holder.secrecy_bound == false

beroepsgeheim_free(row) if {
	row.secrecy == "breaks-on-request"
	input.activity == "opvragen"
}

# Where the statute breaks secrecy only for who asks, giving unasked needs an exception like anywhere else.
beroepsgeheim_excepting(row) if row.secrecy == "exception"

beroepsgeheim_excepting(row) if {
	row.secrecy == "breaks-on-request"
	object.get(input, "activity", null) != "opvragen"
}

default beroepsgeheim_bound := false

beroepsgeheim_bound if {
	beroepsgeheim_excepting(claim_row)
	input.holder.secrecy_bound == true
}

default beroepsgeheim_excepted := false

beroepsgeheim_excepted if {
	claimed := input.holder_statement.secrecy_exception
	claimed.kind in vocabulary.exceptions
	claimed.by in vocabulary.roles.content
	facts_filled(claimed.reason)
	beroepsgeheim_given(claimed)
}

beroepsgeheim_given(claimed) if claimed.kind != "toestemming"

# From sixteen the professional's word on the person's own consent suffices.
beroepsgeheim_given(claimed) if {
	claimed.kind == "toestemming"
	givers_required == ["zelf"]
}

beroepsgeheim_given(claimed) if {
	claimed.kind == "toestemming"
	count(givers_required) > 0
	every giver in givers_required { giver in claimed.given_by }
}

beroepsgeheim_missing := (facts_absent(beroepsgeheim_needed) | beroepsgeheim_missing_person) | beroepsgeheim_exception

beroepsgeheim_needed := {["holder", "secrecy_bound"] | beroepsgeheim_excepting(claim_row)} | {["holder_statement"] | beroepsgeheim_bound}

# The consent of a person is only known with the age and whether they can consent; where no field is asked, it covers nothing.
beroepsgeheim_missing_person := {path |
	beroepsgeheim_bound
	facts_fields != []
	input.holder_statement.secrecy_exception.kind == "toestemming"
	some path in givers_missing
}

beroepsgeheim_exception := {path | beroepsgeheim_bound; some path in facts_unsaid("secrecy_exception")} | {path |
	beroepsgeheim_bound
	is_object(input.holder_statement.secrecy_exception)
	some path in (facts_absent([["holder_statement", "secrecy_exception", "kind"]]) | facts_absent_texts([
		["holder_statement", "secrecy_exception", "by"],
		["holder_statement", "secrecy_exception", "reason"],
	]))
}

# METADATA
# title: Een feit dat deze trap nodig heeft, ontbreekt
# custom:
#   code: feit-ontbreekt
beroepsgeheim_codes contains "feit-ontbreekt" if count(facts_absent(beroepsgeheim_needed) | beroepsgeheim_missing_person) > 0

# METADATA
# title: De bron is gebonden aan een beroepsgeheim en er is geen uitzondering
# custom:
#   article: WGS 2.29(2)
#   code: beroepsgeheim-geen-toestemming
beroepsgeheim_field_codes[index] contains "beroepsgeheim-geen-toestemming" if {
	beroepsgeheim_bound
	is_object(input.holder_statement)
	count(beroepsgeheim_missing_person) == 0
	not beroepsgeheim_excepted
	some index, _ in facts_fields
}

# Named when it refuses, and when an exception is what the answer stands on.
beroepsgeheim_stands_on(row) := {"secrecy" |
	input.holder.secrecy_bound == true
	is_object(input.holder_statement)
	beroepsgeheim_excepting(row)
}

# METADATA
# title: Op goed hulpverlenerschap kijkt een mens mee
# custom:
#   article: WGS 2.29(2)
#   code: menselijke-beoordeling
beroepsgeheim_obligations(row) := {"menselijke-beoordeling" |
	input.holder.secrecy_bound == true
	input.holder_statement.secrecy_exception.kind == "goed-hulpverlenerschap"
	beroepsgeheim_excepting(row)
}
