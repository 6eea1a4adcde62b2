# METADATA
# title: Verstrekker
# description: |
#   De bron heeft zich over dit verzoek uitgesproken, ziet geen zwaarwegende redenen ertegen, en heeft voor politiegegevens de
#   overeenstemming van het bevoegd gezag.
# custom:
#   article: WGS 1.5(1)
package sluis.ladder.verstrekker

import rego.v1

open(row) if row.statement == false

open(row) if {
	row.statement == true
	input.holder_statement.serious_reasons == false
	is_array(input.holder_statement.conditions)
	every condition in input.holder_statement.conditions { data.sluis.facts.filled(condition) }
}

fields_open(row) if row.competent_authority == false

fields_open(row) if {
	row.competent_authority == true
	input.holder_statement.competent_authority_agreed == true
}

fields_open(row) if {
	row.competent_authority == true
	police_fields(data.sluis.facts.fields) == []
}

passing contains index if {
	some index, _ in data.sluis.facts.fields
	agreed(index)
}

agreed(_) if data.sluis.claim.row.competent_authority == false

agreed(_) if input.holder_statement.competent_authority_agreed == true

agreed(index) if not index in police

police contains index if some index in police_fields(data.sluis.facts.fields)

police_fields(fields) := [index |
	some index, value in fields
	value.category in {"politie_art8_13", "politie_art9_10"}
]

missing := (data.sluis.facts.absent(needed) | blank) | authority

needed := {path |
	data.sluis.claim.row.statement
	some path in [["holder_statement", "serious_reasons"], ["holder_statement", "conditions"]]
}

# A condition without words cannot be kept.
blank := {concat(".", ["holder_statement.conditions", format_int(index, 10)]) |
	data.sluis.claim.row.statement
	is_array(input.holder_statement.conditions)
	some index, condition in input.holder_statement.conditions
	is_string(condition)
	trim_space(condition) == ""
}

authority := {path | police_looked_at; some path in data.sluis.facts.unsaid("competent_authority_agreed")}

default police_looked_at := false

police_looked_at if {
	data.sluis.claim.row.competent_authority
	count(police) > 0
}

# METADATA
# title: De bron ziet zwaarwegende redenen om niet te verstrekken
# custom:
#   article: WGS 1.5(1)
#   code: zwaarwegende-redenen
codes contains "zwaarwegende-redenen" if {
	data.sluis.claim.row.statement
	input.holder_statement.serious_reasons == true
}

cited contains "veto" if "zwaarwegende-redenen" in codes

# METADATA
# title: Een feit dat deze trap nodig heeft, ontbreekt
# custom:
#   code: feit-ontbreekt
codes contains "feit-ontbreekt" if count(data.sluis.facts.absent(needed) | blank) > 0

# METADATA
# title: Het bevoegd gezag is het niet eens met het verstrekken van politiegegevens
# custom:
#   article: Wpg 20(3)
#   code: geen-overeenstemming-bevoegd-gezag
field_codes[index] contains "geen-overeenstemming-bevoegd-gezag" if {
	is_object(input.holder_statement)
	data.sluis.claim.row.competent_authority
	some index in police
	not passing[index]
}

# METADATA
# title: De ontvanger houdt zich aan de voorwaarden van de bron
# custom:
#   article: WGS 2.29(3)
#   code: voorwaarden-verstrekker
obligations(row) := {"voorwaarden-verstrekker" |
	row.statement
	is_array(input.holder_statement.conditions)
	count(input.holder_statement.conditions) > 0
}

# Police data move only in agreement with the authority, so the answer names it, granted or not.
stands_on(row) := array.concat(["conditions" | obligations(row) != set()], ["police" |
	row.competent_authority
	is_object(input.holder_statement)
	police_fields(data.sluis.facts.fields) != []
])
