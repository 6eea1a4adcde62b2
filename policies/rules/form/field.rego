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

# The granting road for fields: every member of every field stands there.
fields_complete if {
	is_array(input.fields)
	whole := [1 |
		some value in input.fields
		{
			type_name(value.name), type_name(value.category), type_name(value.necessity.task),
			type_name(value.necessity.reason),
		} == {"string"}
	]
	count(whole) == count(input.fields)
}
