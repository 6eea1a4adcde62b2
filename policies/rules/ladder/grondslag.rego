# METADATA
# title: Grondslag
# description: |
#   Het verzoek roept precies één bekende grondslag in die op de rechtsdag in werking is (of de inrichting simuleert), met een
#   activiteit en omstandigheden die daarbij horen. Hier staat ook de controle van het hele document.
# custom:
#   article: AVG 6(3)
package sluis.ladder.grondslag

import rego.v1

open(row) if {
	data.sluis.form.usual
	permits(row)
}

open(row) if {
	not data.sluis.form.usual
	data.sluis.form.sound
	permits(row)
}

permits(row) if {
	in_force(row)
	input.activity in row.activities
	every name in row.circumstances { input.circumstances[name] == true }
	every value in input.fields {
		is_string(value.name)
		trim_space(value.name) != ""
	}
	something_asked(input.fields)
}

fields_open(_) if data.sluis.form.fields_complete

fields_open(_) if {
	not data.sluis.form.fields_complete
	count(passing) == count(data.sluis.facts.fields)
}

passing := data.sluis.form.fields

in_force(row) if {
	input.profile == "productie"
	is_string(row.since)
	row.since <= data.sluis.calendar.day
}

# Only a simulation may use a basis that is not in force.
in_force(_) if {
	input.profile == "simulatie"
	data.sluis.calendar.day
}

something_asked(fields) if count(fields) > 0

# A case can be closed without asking for data.
something_asked(fields) if {
	fields == []
	input.activity == "casus-sluiten"
	is_array(input.fields)
}

missing := ((data.sluis.facts.absent_texts([["basis"]]) | data.sluis.facts.absent([["at"], ["profile"], ["activity"], ["fields"]])) | nameless) | conditions

nameless := {path |
	some index, value in data.sluis.facts.fields
	data.sluis.facts.lacks_text(value, "name")
	path := concat(".", ["fields", format_int(index, 10), "name"])
} | {"fields" | is_array(input.fields); not something_asked(data.sluis.facts.fields)}

conditions := data.sluis.facts.absent({["circumstances", name] | some name in data.sluis.claim.row.circumstances})

# METADATA
# title: De grondslag bestaat niet in dit beleid
# custom:
#   code: grondslag-onbekend
codes contains "grondslag-onbekend" if {
	data.sluis.facts.filled(input.basis)
	not data.sluis.claim.known
	not data.sluis.claim.forbidden
}

# METADATA
# title: De grondslag is op de rechtsdag geen geldend recht
# custom:
#   code: grondslag-niet-in-werking
codes contains "grondslag-niet-in-werking" if {
	input.profile == "productie"
	data.sluis.claim.known
	not_yet(data.sluis.claim.row)
}

not_yet(row) if row.since == null

not_yet(row) if {
	is_string(row.since)
	row.since > data.sluis.calendar.day
}

# METADATA
# title: Deze activiteit hoort niet bij de grondslag
# custom:
#   code: geen-grondslag
codes contains "geen-grondslag" if {
	input.activity in data.sluis.vocabulary.activities
	data.sluis.claim.known
	not input.activity in data.sluis.claim.row.activities
}

# METADATA
# title: Een omstandigheid die de grondslag eist, is er niet
# custom:
#   code: voorwaarde-niet-vervuld
codes contains "voorwaarde-niet-vervuld" if {
	some name in data.sluis.claim.row.circumstances
	input.circumstances[name] == false
}

# METADATA
# title: Profilering en risicoscores zijn geen activiteit van een Zorg- en Veiligheidshuis
# custom:
#   article: WGS 2.26
#   code: geautomatiseerde-analyse
codes contains "geautomatiseerde-analyse" if data.sluis.claim.forbidden

cited contains "forbidden" if data.sluis.claim.forbidden

# METADATA
# title: Een feit dat deze trap nodig heeft, ontbreekt
# custom:
#   code: feit-ontbreekt
codes contains "feit-ontbreekt" if count(missing) > 0

# METADATA
# title: Een feit heeft een verkeerd type of een verkeerde vorm
# custom:
#   code: feit-ongeldig
codes contains "feit-ongeldig" if not data.sluis.form.sound

# METADATA
# title: Een lid van dit veld heeft een verkeerd type
# custom:
#   code: feit-ongeldig
field_codes[index] contains "feit-ongeldig" if {
	some index, value in data.sluis.facts.fields
	data.sluis.facts.filled(value.name)
	not passing[index]
}
