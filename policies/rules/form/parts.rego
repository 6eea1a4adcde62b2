package sluis.main

import rego.v1

# METADATA
# title: Een object heeft de vorm die het contract geeft
# description: |
#   Van elk lid dat beide kennen is het type gelijk. Twee samenvoegingen in omgekeerde volgorde zijn gelijk precies wanneer
#   dat zo is; wat de vorm niet kent, telt niet.
form_fits(value, _) if value == null

form_fits(value, shape) if {
	is_object(value)
	types := {name: type_name(v) | some name, v in value; v != null}
	object.union(types, shape) == object.union(shape, types)
}

form_member(value, _) := null if value == null

form_member(value, name) := object.get(value, name, null) if is_object(value)

form_enumerated(value, name, _) if object.get(value, name, null) == null

form_enumerated(value, name, allowed) if value[name] in allowed

form_dated(value, name) if object.get(value, name, null) == null

form_dated(value, name) if calendar_is_date(value[name])

# No person grows a thousand years old; the bound comes before the only arithmetic.
form_age_sound(value) if {
	is_number(value)
	value >= 0
	value < 1000
	floor(value) == value
}

form_texts_sound(value, name) if object.get(value, name, null) == null

form_texts_sound(value, name) if {
	is_array(value[name])
	every text in value[name] { is_string(text) }
}

form_party_sound(value, _) if value == null

form_party_sound(value, shape) if {
	is_object(value)
	form_fits(value, shape)
	form_standing_sound(value)
}

# The kind is known, and `public` says what the kind of a participant says.
form_standing_sound(value) if object.get(value, "kind", null) == null

form_standing_sound(value) if {
	public := vocabulary.kinds[value.kind]
	object.get(value, "public", null) in {public, null}
}

form_standing_sound(value) if vocabulary.kinds[value.kind] == null
