package sluis.form

import rego.v1

# What is there is well formed, whatever is absent.
tolerable(facts) if {
	fits(facts, data.shapes.document)
	moment_sound(facts)
	enumerated(facts, "profile", data.sluis.vocabulary.profiles)
	enumerated(facts, "activity", data.sluis.vocabulary.activities)
	requester := object.get(facts, "requester", null)
	fits(requester, data.shapes.requester)
	fits(member(requester, "actor"), data.shapes.actor)
	party_sound(member(requester, "organisation"), data.shapes.organisation)
	party_sound(object.get(facts, "recipient", null), data.shapes.recipient)
	party_sound(object.get(facts, "holder", null), data.shapes.holder)
	case_sound(object.get(facts, "case", null))
	subject_sound(object.get(facts, "subject", null))
	fits(object.get(facts, "holder_statement", null), data.shapes.holder_statement)
}

moment_sound(facts) if object.get(facts, "at", null) == null

moment_sound(_) if data.sluis.calendar.day

case_sound(case) if case == null

case_sound(case) if {
	is_object(case)
	fits(case, data.shapes.case)
	enumerated(case, "track", data.sluis.vocabulary.tracks)
	enumerated(case, "state", data.sluis.vocabulary.states)
	enumerated(case, "phase", [1, 2, 3, 4])
	dated(case, "first_processed_at")
	dated(case, "closed_at")
	dated(case, "extended_until")
	fits(object.get(case, "intake", null), data.shapes.intake)
	every value in [v | is_array(case.participants); some v in case.participants] {
		is_object(value)
		party_sound(value, data.shapes.participant)
	}
}

subject_sound(subject) if subject == null

subject_sound(subject) if {
	is_object(subject)
	fits(subject, data.shapes.subject)
	enumerated(subject, "relation", data.sluis.vocabulary.relations)
	every value in [v | v := subject.age; v != null] { age_sound(value) }
}
