package sluis.main

import rego.v1

# METADATA
# scope: document
# title: Categorie
# description: |
#   De grondslag noemt de categorie van het veld, en een categorie die maar één bron mag verstrekken, komt van die bron:
#   politiegegevens van de politie, justitiële en strafvorderlijke gegevens van het OM, of van een ZVH dat ze doorgeeft. Waar
#   niets van wie een beroepsgeheim heeft mee mag, is geen enkele categorie van hem toegestaan.
# custom:
#   article: WGS 2.30(1)
categorie_fields_open(row) if {
	categorie_free(row)
	every value in input.fields { categorie_admitted(row, value.category) }
}

categorie_passing contains index if {
	some index, value in facts_fields
	categorie_free(claim_row)
	categorie_admitted(claim_row, value.category)
}

categorie_free(row) if row.secrecy != "never"

categorie_free(row) if {
	row.secrecy == "never"
	input.holder.secrecy_bound == false
}

categorie_admitted(row, category) if {
	category in row.categories
	not row.sources[category]
}

# Police data from the police, criminal justice data from the public prosecution service.
categorie_admitted(row, category) if {
	category in row.categories
	input.holder.kind in row.sources[category]
}

categorie_missing := categorie_unnamed | categorie_unbound

categorie_unnamed := {concat(".", ["fields", format_int(index, 10), "category"]) |
	some index, value in facts_fields
	facts_lacks_text(value, "category")
}

categorie_unbound := facts_absent({["holder", "secrecy_bound"] | claim_row.secrecy == "never"})

# METADATA
# title: Of de bron een beroepsgeheim heeft, is niet bekend
# custom:
#   code: feit-ontbreekt
categorie_codes contains "feit-ontbreekt" if count(categorie_unbound) > 0

# METADATA
# title: Deze categorie valt buiten de grondslag, of komt niet van haar bron
# custom:
#   article: WGS 2.30(1)
#   code: categorie-niet-toegestaan
categorie_field_codes[index] contains "categorie-niet-toegestaan" if {
	some index, value in facts_fields
	facts_filled(value.category)
	not categorie_admitted(claim_row, value.category)
}

# METADATA
# title: Van een bron met een beroepsgeheim gaat hier niets mee
# custom:
#   article: BGS 1.10(2)
#   code: categorie-niet-toegestaan
categorie_field_codes[index] contains "categorie-niet-toegestaan" if {
	claim_row.secrecy == "never"
	input.holder.secrecy_bound == true
	some index, value in facts_fields
	facts_filled(value.category)
}

# METADATA
# title: De categorie van dit veld ontbreekt
# custom:
#   code: feit-ontbreekt
categorie_field_codes[index] contains "feit-ontbreekt" if {
	some index, value in facts_fields
	facts_lacks_text(value, "category")
}

categorie_cited contains "category" if {
	some index, _ in facts_fields
	"categorie-niet-toegestaan" in categorie_field_codes[index]
}
