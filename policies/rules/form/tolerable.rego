package sluis.form

import rego.v1

default tolerable := false

# What is there is well formed, whatever is absent.
tolerable if {
	document := data.sluis.facts.document
	fits(document, data.shapes.document)
	moment(document)
	enumerated(document, "profile", data.sluis.vocabulary.profiles)
	enumerated(document, "activity", data.sluis.vocabulary.activities)
	requester := object.get(document, "requester", null)
	fits(requester, data.shapes.requester)
	fits(member(requester, "actor"), data.shapes.actor)
	party_sound(member(requester, "organisation"), data.shapes.organisation)
	party_sound(object.get(document, "recipient", null), data.shapes.recipient)
	party_sound(object.get(document, "holder", null), data.shapes.holder)
	case_sound(object.get(document, "case", null))
	subject_sound(object.get(document, "subject", null))
	fits(object.get(document, "holder_statement", null), data.shapes.holder_statement)
}

case_sound(case) if case == null

case_sound(case) if {
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
	fits(subject, data.shapes.subject)
	enumerated(subject, "relation", data.sluis.vocabulary.relations)
	every value in [v | v := subject.age; v != null] { age_sound(value) }
}
