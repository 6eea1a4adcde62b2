package sluis.form

import rego.v1

# METADATA
# title: De velden die goed zijn van type en vorm
# description: Op volgnummer. De noodzaak mag ontbreken; die vraag hoort bij de trap noodzaak.
fields contains index if {
	some index, value in data.sluis.facts.fields
	field_sound(value)
}

field_sound(value) if {
	is_object(value)
	is_string(value.name)
	fits(value, data.shapes.field)
	fits(object.get(value, "necessity", null), data.shapes.necessity)
}

default fields_complete := false

# The granting road for fields: every member of every field stands there.
fields_complete if {
	types := [type_name(text) |
		some value in data.sluis.facts.fields
		some text in [value.name, value.category, value.necessity.task, value.necessity.reason]
	]
	count(types) == 4 * count(data.sluis.facts.fields)
	{type | some type in types} - {"string"} == set()
}
