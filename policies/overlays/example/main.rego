# A probation service that discloses less than the law allows: what it knows of its supervision only in the case
# conference, and anything only for a task that it agreed upon. What the law refuses stays refused, whatever stands here.
package overlay

import rego.v1

decision := {"fields": {field.name: verdict(field) | some field in input.facts.fields}}

verdict(field) := {"granted": count(objections(field)) == 0, "reasons": sort(objections(field))}

objections(field) := {text | some rule, text in data.house.objections; stands(rule, field)}

stands("conference", field) if {
	field.category in data.house.conference_only
	input.facts.basis != "wgs.zvh.casusoverleg"
}

stands("task", field) if not field.necessity.task in data.house.tasks
