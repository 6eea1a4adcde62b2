package sluis.main

import rego.v1

# METADATA
# scope: document
# title: Verstrekker
# description: |
#   De bron heeft zich over dit verzoek uitgesproken, ziet geen zwaarwegende redenen ertegen, en heeft voor politiegegevens de
#   overeenstemming van het bevoegd gezag.
# custom:
#   article: WGS 1.5(1)
verstrekker_open(row) if row.statement == false

verstrekker_open(row) if {
	row.statement == true
	input.holder_statement.serious_reasons == false
	is_array(input.holder_statement.conditions)
	every condition in input.holder_statement.conditions { facts_filled(condition) }
}

verstrekker_fields_open(row) if row.competent_authority == false

verstrekker_fields_open(row) if {
	row.competent_authority == true
	input.holder_statement.competent_authority_agreed == true
}

verstrekker_fields_open(row) if {
	row.competent_authority == true
	not input.holder_statement.competent_authority_agreed == true
	verstrekker_police_fields(facts_fields) == []
}

verstrekker_passing contains index if {
	some index, _ in facts_fields
	verstrekker_agreed(index)
}

verstrekker_agreed(_) if claim_row.competent_authority == false

verstrekker_agreed(_) if input.holder_statement.competent_authority_agreed == true

verstrekker_agreed(index) if not index in verstrekker_police

verstrekker_police contains index if some index in verstrekker_police_fields(facts_fields)

verstrekker_police_fields(fields) := [index |
	some index, value in fields
	value.category in {"politie_art8_13", "politie_art9_10"}
]

verstrekker_missing := (facts_absent(verstrekker_needed) | verstrekker_blank) | verstrekker_authority

verstrekker_needed := {path |
	claim_row.statement
	some path in [["holder_statement", "serious_reasons"], ["holder_statement", "conditions"]]
}

# A condition without words cannot be kept.
verstrekker_blank := {concat(".", ["holder_statement.conditions", format_int(index, 10)]) |
	claim_row.statement
	is_array(input.holder_statement.conditions)
	some index, condition in input.holder_statement.conditions
	is_string(condition)
	trim_space(condition) == ""
}

verstrekker_authority := {path | verstrekker_police_looked_at; some path in facts_unsaid("competent_authority_agreed")}

default verstrekker_police_looked_at := false

verstrekker_police_looked_at if {
	claim_row.competent_authority
	count(verstrekker_police) > 0
}

# METADATA
# title: De bron ziet zwaarwegende redenen om niet te verstrekken
# custom:
#   article: WGS 1.5(1)
#   code: zwaarwegende-redenen
verstrekker_codes contains "zwaarwegende-redenen" if {
	claim_row.statement
	input.holder_statement.serious_reasons == true
}

verstrekker_cited contains "veto" if "zwaarwegende-redenen" in verstrekker_codes

# METADATA
# title: Een feit dat deze trap nodig heeft, ontbreekt
# custom:
#   code: feit-ontbreekt
verstrekker_codes contains "feit-ontbreekt" if count(facts_absent(verstrekker_needed) | verstrekker_blank) > 0

# METADATA
# title: Het bevoegd gezag is het niet eens met het verstrekken van politiegegevens
# custom:
#   article: Wpg 20(3)
#   code: geen-overeenstemming-bevoegd-gezag
verstrekker_field_codes[index] contains "geen-overeenstemming-bevoegd-gezag" if {
	is_object(input.holder_statement)
	claim_row.competent_authority
	some index in verstrekker_police
	not verstrekker_passing[index]
}

# METADATA
# title: De ontvanger houdt zich aan de voorwaarden van de bron
# custom:
#   article: WGS 2.29(3)
#   code: voorwaarden-verstrekker
verstrekker_obligations(row) := {"voorwaarden-verstrekker" |
	row.statement
	is_array(input.holder_statement.conditions)
	count(input.holder_statement.conditions) > 0
}

# What the answer stands on: the holder's conditions; and police data move only in agreement with the authority, granted or not.
verstrekker_stands_on(row) := {"conditions" |
	row.statement
	is_array(input.holder_statement.conditions)
	count(input.holder_statement.conditions) > 0
} | {"police" |
	row.competent_authority
	is_object(input.holder_statement)
	is_array(input.fields)
	some value in input.fields
	value.category in {"politie_art8_13", "politie_art9_10"}
}
