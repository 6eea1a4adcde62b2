# METADATA
# title: Categorie
# description: |
#   De grondslag noemt de categorie van het veld, en een categorie die maar één bron mag verstrekken, komt van die bron:
#   politiegegevens van de politie, justitiële en strafvorderlijke gegevens van het OM.
# custom:
#   article: WGS 2.30(1)
package sluis.ladder.categorie

import rego.v1

open := true

default fields_open := false

fields_open if {
	every value in data.sluis.facts.fields { admitted(value.category) }
}

passing contains index if {
	some index, value in data.sluis.facts.fields
	admitted(value.category)
}

admitted(category) if {
	category in data.sluis.claim.row.categories
	not category in {"politie_art8_13", "justitieel_strafvorderlijk"}
}

admitted("politie_art8_13") if {
	"politie_art8_13" in data.sluis.claim.row.categories
	input.holder.kind in data.sluis.claim.row.sources.politie_art8_13
}

admitted("justitieel_strafvorderlijk") if {
	"justitieel_strafvorderlijk" in data.sluis.claim.row.categories
	input.holder.kind in data.sluis.claim.row.sources.justitieel_strafvorderlijk
}

missing := {concat(".", ["fields", format_int(index, 10), "category"]) |
	some index, value in data.sluis.facts.fields
	data.sluis.facts.lacks_text(value, "category")
}

codes := set()

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
