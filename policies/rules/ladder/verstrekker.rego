# METADATA
# title: Verstrekker
# description: |
#   De bron heeft zich over dit verzoek uitgesproken, ziet geen zwaarwegende redenen ertegen, en heeft voor politiegegevens de
#   overeenstemming van het bevoegd gezag.
# custom:
#   article: WGS 1.5(1)
package sluis.ladder.verstrekker

import rego.v1

default open := false

open if data.sluis.claim.row.statement == false

open if {
	input.holder_statement.serious_reasons == false
	is_array(input.holder_statement.conditions)
}

default fields_open := false

fields_open if data.sluis.claim.row.competent_authority == false

fields_open if input.holder_statement.competent_authority_agreed == true

fields_open if count(police) == 0

passing contains index if {
	some index, _ in data.sluis.facts.fields
	agreed(index)
}

agreed(_) if data.sluis.claim.row.competent_authority == false

agreed(_) if input.holder_statement.competent_authority_agreed == true

agreed(index) if not index in police

police contains index if {
	some index, value in data.sluis.facts.fields
	value.category in police_categories
}

police_categories := {"politie_art8_13", "politie_art9_10"}

missing := data.sluis.facts.absent(needed) | authority

needed := {path |
	data.sluis.claim.row.statement
	some path in [["holder_statement", "serious_reasons"], ["holder_statement", "conditions"]]
}

authority := data.sluis.facts.absent({path |
	police_looked_at
	path := ["holder_statement", "competent_authority_agreed"]
})

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
codes contains "feit-ontbreekt" if count(data.sluis.facts.absent(needed)) > 0

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

# Police data move only in agreement with the authority, so the answer names it, granted or not.
cited contains "police" if {
	is_object(input.holder_statement)
	police_looked_at
}

cited contains "conditions" if "voorwaarden-verstrekker" in obligations

# METADATA
# title: De ontvanger houdt zich aan de voorwaarden van de bron
# custom:
#   article: WGS 2.29(3)
#   code: voorwaarden-verstrekker
obligations contains "voorwaarden-verstrekker" if {
	data.sluis.claim.row.statement
	is_array(input.holder_statement.conditions)
	count(input.holder_statement.conditions) > 0
}
