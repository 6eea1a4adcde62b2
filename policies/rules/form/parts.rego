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

# No person grows a thousand years old; the bound comes before the only arithmetic.
age_sound(value) if {
	is_number(value)
	value >= 0
	value < 1000
	floor(value) == value
}

texts_sound(value, name) if object.get(value, name, null) == null

texts_sound(value, name) if {
	is_array(value[name])
	every text in value[name] { is_string(text) }
}

party_sound(value, _) if value == null

party_sound(value, shape) if {
	is_object(value)
	fits(value, shape)
	standing_sound(value)
}

# The kind is known, and `public` says what the kind of a participant says.
standing_sound(value) if object.get(value, "kind", null) == null

standing_sound(value) if {
	public := data.sluis.vocabulary.kinds[value.kind]
	object.get(value, "public", null) in {public, null}
}

standing_sound(value) if data.sluis.vocabulary.kinds[value.kind] == null
