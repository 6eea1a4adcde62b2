package sluis.main

import rego.v1

# METADATA
# title: De velden die goed zijn van type en vorm
# description: Op volgnummer. De noodzaak mag ontbreken; die vraag hoort bij de trap noodzaak.
form_fields contains index if {
	some index, value in facts_fields
	form_field_sound(value)
}

form_field_sound(value) if {
	is_object(value)
	is_string(value.name)
	form_fits(value, data.shapes.field)
	form_fits(object.get(value, "necessity", null), data.shapes.necessity)
}

# The usual road for fields: every member of every field stands there, and is not blank.
form_fields_complete(asked) if {
	every value in asked {
		necessity := value.necessity
		every text in [value.name, value.category, necessity.task, necessity.reason] {
			text >= "!"
			text < "~"
		}
	}
}
