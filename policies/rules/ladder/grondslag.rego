package sluis.main

import rego.v1

# METADATA
# scope: document
# title: Grondslag
# description: |
#   Het verzoek roept precies één bekende grondslag in die op de rechtsdag in werking is (of de inrichting simuleert), met een
#   activiteit en omstandigheden die daarbij horen. Hier staat ook de controle van het hele document.
# custom:
#   article: AVG 6(3)
grondslag_open(row) if {
	form_usual
	grondslag_permits(row)
}

grondslag_open(row) if {
	not form_usual
	form_sound
	grondslag_permits(row)
}

grondslag_permits(row) if {
	grondslag_in_force(row)
	input.activity in row.activities
	every name in row.circumstances { input.circumstances[name] == true }
	grondslag_named(input.fields)
	grondslag_something_asked(input.fields)
}

grondslag_fields_open(_) if form_usual

grondslag_fields_open(_) if {
	not form_usual
	count(grondslag_passing) == count(facts_fields)
}

grondslag_passing := form_fields

grondslag_in_force(row) if {
	input.profile == "productie"
	row.since != null
	row.since <= calendar_day
	grondslag_not_ended(row.until)
}

grondslag_not_ended(until) if until == null

grondslag_not_ended(until) if {
	until != null
	calendar_day <= until
}

# The usual document names every field.
grondslag_named(_) if form_usual

grondslag_named(asked) if {
	not form_usual
	every value in asked {
		is_string(value.name)
		trim_space(value.name) != ""
	}
}

# Only a simulation may use a basis that is not in force.
grondslag_in_force(_) if {
	input.profile == "simulatie"
	calendar_day
}

grondslag_something_asked(fields) if count(fields) > 0

# A case can be closed without asking for data.
grondslag_something_asked(fields) if {
	fields == []
	input.activity == "casus-sluiten"
	is_array(input.fields)
}

grondslag_missing := ((facts_absent_texts([["basis"]]) | facts_absent([["at"], ["profile"], ["activity"], ["fields"]])) | grondslag_nameless) | grondslag_conditions

grondslag_nameless := {path |
	some index, value in facts_fields
	facts_lacks_text(value, "name")
	path := concat(".", ["fields", format_int(index, 10), "name"])
} | {"fields" | is_array(input.fields); not grondslag_something_asked(facts_fields)}

grondslag_conditions := facts_absent({["circumstances", name] | some name in claim_row.circumstances})

# METADATA
# title: De grondslag bestaat niet in dit beleid
# custom:
#   code: grondslag-onbekend
grondslag_codes contains "grondslag-onbekend" if {
	facts_filled(input.basis)
	not claim_known
	not claim_forbidden
}

# METADATA
# title: De grondslag is op de rechtsdag geen geldend recht
# custom:
#   code: grondslag-niet-in-werking
grondslag_codes contains "grondslag-niet-in-werking" if {
	input.profile == "productie"
	claim_known
	grondslag_out_of_force(claim_row)
}

grondslag_out_of_force(row) if row.since == null

grondslag_out_of_force(row) if {
	is_string(row.since)
	row.since > calendar_day
}

grondslag_out_of_force(row) if {
	is_string(row.until)
	row.until < calendar_day
}

# METADATA
# title: Deze activiteit hoort niet bij de grondslag
# custom:
#   code: geen-grondslag
grondslag_codes contains "geen-grondslag" if {
	input.activity in vocabulary.activities
	claim_known
	not input.activity in claim_row.activities
}

# METADATA
# title: Een omstandigheid die de grondslag eist, is er niet
# custom:
#   code: voorwaarde-niet-vervuld
grondslag_codes contains "voorwaarde-niet-vervuld" if {
	some name in claim_row.circumstances
	input.circumstances[name] == false
}

# METADATA
# title: Profilering en risicoscores zijn geen activiteit van een Zorg- en Veiligheidshuis
# custom:
#   article: WGS 2.26
#   code: geautomatiseerde-analyse
grondslag_codes contains "geautomatiseerde-analyse" if claim_forbidden

# METADATA
# title: Een feit dat deze trap nodig heeft, ontbreekt
# custom:
#   code: feit-ontbreekt
grondslag_codes contains "feit-ontbreekt" if count(grondslag_missing) > 0

# METADATA
# title: Een feit heeft een verkeerd type of een verkeerde vorm
# custom:
#   code: feit-ongeldig
grondslag_codes contains "feit-ongeldig" if not form_sound

# METADATA
# title: Een lid van dit veld heeft een verkeerd type
# custom:
#   code: feit-ongeldig
grondslag_field_codes[index] contains "feit-ongeldig" if {
	some index, value in facts_fields
	facts_filled(value.name)
	not grondslag_passing[index]
}
