# METADATA
# title: Categorie
# description: |
#   De grondslag noemt de categorie van het veld, en een categorie die maar één bron mag verstrekken, komt van die bron:
#   politiegegevens van de politie, justitiële en strafvorderlijke gegevens van het OM, of van een ZVH dat ze doorgeeft. Waar
#   niets van wie een beroepsgeheim heeft mee mag, is geen enkele categorie van hem toegestaan.
# custom:
#   article: WGS 2.30(1)
package sluis.ladder.categorie

import rego.v1

fields_open(row) if {
	free(row)
	every value in input.fields { admitted(row, value.category) }
}

passing contains index if {
	some index, value in data.sluis.facts.fields
	free(data.sluis.claim.row)
	admitted(data.sluis.claim.row, value.category)
}

free(row) if row.secrecy != "never"

free(row) if {
	row.secrecy == "never"
	input.holder.secrecy_bound == false
}

admitted(row, category) if {
	category in row.categories
	not row.sources[category]
}

# Police data from the police, criminal justice data from the public prosecution service.
admitted(row, category) if {
	category in row.categories
	input.holder.kind in row.sources[category]
}

missing := unnamed | unbound

unnamed := {concat(".", ["fields", format_int(index, 10), "category"]) |
	some index, value in data.sluis.facts.fields
	data.sluis.facts.lacks_text(value, "category")
}

unbound := data.sluis.facts.absent({["holder", "secrecy_bound"] | data.sluis.claim.row.secrecy == "never"})

# METADATA
# title: Of de bron een beroepsgeheim heeft, is niet bekend
# custom:
#   code: feit-ontbreekt
codes contains "feit-ontbreekt" if count(unbound) > 0

# METADATA
# title: Deze categorie valt buiten de grondslag, of komt niet van haar bron
# custom:
#   article: WGS 2.30(1)
#   code: categorie-niet-toegestaan
field_codes[index] contains "categorie-niet-toegestaan" if {
	some index, value in data.sluis.facts.fields
	data.sluis.facts.filled(value.category)
	not admitted(data.sluis.claim.row, value.category)
}

# METADATA
# title: Van een bron met een beroepsgeheim gaat hier niets mee
# custom:
#   article: BGS 1.10(2)
#   code: categorie-niet-toegestaan
field_codes[index] contains "categorie-niet-toegestaan" if {
	data.sluis.claim.row.secrecy == "never"
	input.holder.secrecy_bound == true
	some index, value in data.sluis.facts.fields
	data.sluis.facts.filled(value.category)
}

# METADATA
# title: De categorie van dit veld ontbreekt
# custom:
#   code: feit-ontbreekt
field_codes[index] contains "feit-ontbreekt" if {
	some index, value in data.sluis.facts.fields
	data.sluis.facts.lacks_text(value, "category")
}

cited contains "category" if {
	some index, _ in data.sluis.facts.fields
	"categorie-niet-toegestaan" in field_codes[index]
}
