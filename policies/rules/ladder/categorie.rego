# METADATA
# title: Categorie
# description: |
#   De grondslag noemt de categorie van het veld, en een categorie die maar één bron mag verstrekken, komt van die bron:
#   politiegegevens van de politie, justitiële en strafvorderlijke gegevens van het OM.
# custom:
#   article: WGS 2.30(1)
package sluis.ladder.categorie

import rego.v1

fields_open(row) if {
	every value in input.fields { admitted(row, value.category) }
}

passing contains index if {
	some index, value in data.sluis.facts.fields
	admitted(data.sluis.claim.row, value.category)
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

missing := {concat(".", ["fields", format_int(index, 10), "category"]) |
	some index, value in data.sluis.facts.fields
	data.sluis.facts.lacks_text(value, "category")
}

# METADATA
# title: Deze categorie valt buiten de grondslag, of komt niet van haar bron
# custom:
#   article: WGS 2.30(1)
#   code: categorie-niet-toegestaan
field_codes[index] contains "categorie-niet-toegestaan" if {
	some index, value in data.sluis.facts.fields
	data.sluis.facts.filled(value.category)
	not passing[index]
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
