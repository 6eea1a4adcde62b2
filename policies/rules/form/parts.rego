package sluis.form

import rego.v1

# METADATA
# title: Een object heeft de vorm die het contract geeft
# description: |
#   Van elk lid dat beide kennen is het type gelijk. Twee samenvoegingen in omgekeerde volgorde zijn gelijk precies wanneer
#   dat zo is; wat de vorm niet kent, telt niet.
fits(value, _) if value == null

fits(value, shape) if {
	is_object(value)
	types := {name: type_name(v) | some name, v in value; v != null}
	object.union(types, shape) == object.union(shape, types)
}

member(value, _) := null if value == null

member(value, name) := object.get(value, name, null) if is_object(value)

enumerated(value, name, _) if object.get(value, name, null) == null

enumerated(value, name, allowed) if value[name] in allowed

dated(value, name) if object.get(value, name, null) == null

dated(value, name) if data.sluis.calendar.is_date(value[name])

moment(document) if object.get(document, "at", null) == null

moment(_) if data.sluis.calendar.day

# No person grows a thousand years old; the bound comes before the only arithmetic.
age_sound(value) if {
	is_number(value)
	value >= 0
	value < 1000
	floor(value) == value
}

party_sound(value, _) if value == null

party_sound(value, shape) if {
	fits(value, shape)
	standing(value)
}

# The kind is known, and `public` says what the kind of a participant says.
standing(value) if object.get(value, "kind", null) == null

standing(value) if {
	public := data.sluis.vocabulary.kinds[value.kind]
	object.get(value, "public", null) in {public, null}
}

standing(value) if data.sluis.vocabulary.kinds[value.kind] == null

linked_sound(value) if {
	is_object(value)
	fits(value, data.shapes.linked)
	enumerated(value, "track", data.sluis.vocabulary.tracks)
	enumerated(value, "state", data.sluis.vocabulary.states)
}

consent_sound(value) if {
	is_object(value)
	fits(value, data.shapes.consent)
	dated(value, "given_at")
	dated(value, "withdrawn_at")
	enumerated(value, "by", data.sluis.vocabulary.givers)
	texts_sound(value, "categories")
}

exception_sound(value) if {
	is_object(value)
	fits(value, data.shapes.secrecy_exception)
	enumerated(value, "kind", data.sluis.vocabulary.exceptions)
	texts_sound(value, "given_by")
	every giver in [g | is_array(value.given_by); some g in value.given_by] { giver in data.sluis.vocabulary.givers }
}

third_party_sound(value) if {
	is_object(value)
	fits(value, data.shapes.third_party)
	texts_sound(value, "objection_by")
}

texts_sound(value, name) if object.get(value, name, null) == null

texts_sound(value, name) if {
	is_array(value[name])
	every text in value[name] { is_string(text) }
}

# METADATA
# title: Een veld is een object met een naam
# description: Een veld zonder naam ontbreekt en is niet fout; een naam die geen tekst is, wel.
named_soundly(value) if {
	is_object(value)
	type_name(object.get(value, "name", null)) in {"null", "string"}
}

# METADATA
# title: Een veld is goed van type en vorm
# description: De noodzaak mag ontbreken; die vraag hoort bij de trap noodzaak.
field_sound(value) if {
	is_object(value)
	is_string(value.name)
	fits(value, data.shapes.field)
	fits(object.get(value, "necessity", null), data.shapes.necessity)
}

default fields_complete := false

# The granting road for fields.
fields_complete if {
	every value in data.sluis.facts.fields {
		is_string(value.name)
		is_string(value.category)
		is_string(value.necessity.task)
		is_string(value.necessity.reason)
	}
}

# METADATA
# title: De velden die goed zijn van type en vorm
fields contains index if {
	some index, value in data.sluis.facts.fields
	field_sound(value)
}
