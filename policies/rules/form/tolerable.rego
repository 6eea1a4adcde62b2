package sluis.main

import rego.v1

# METADATA
# title: Wat er staat is goed, wat er ook ontbreekt
# description: De lange weg van de controle. Van elk lid dat het contract kent het type en de vorm; afwezig en null zijn niet fout.
form_tolerable(facts) if {
	form_fits(facts, data.shapes.document)
	form_moment_sound(facts)
	form_enumerated(facts, "profile", vocabulary.profiles)
	form_enumerated(facts, "activity", vocabulary.activities)
	requester := object.get(facts, "requester", null)
	form_fits(requester, data.shapes.requester)
	form_fits(form_member(requester, "actor"), data.shapes.actor)
	form_party_sound(form_member(requester, "organisation"), data.shapes.organisation)
	form_party_sound(object.get(facts, "recipient", null), data.shapes.recipient)
	form_party_sound(object.get(facts, "holder", null), data.shapes.holder)
	form_case_sound(object.get(facts, "case", null))
	form_subject_sound(object.get(facts, "subject", null))
	form_fits(object.get(facts, "holder_statement", null), data.shapes.holder_statement)
}

form_moment_sound(facts) if object.get(facts, "at", null) == null

form_moment_sound(_) if calendar_day

form_case_sound(case) if case == null

form_case_sound(case) if {
	is_object(case)
	form_fits(case, data.shapes.case)
	form_enumerated(case, "track", vocabulary.tracks)
	form_enumerated(case, "state", vocabulary.states)
	form_enumerated(case, "phase", [1, 2, 3, 4])
	form_dated(case, "first_processed_at")
	form_dated(case, "closed_at")
	form_dated(case, "extended_until")
	form_fits(object.get(case, "intake", null), data.shapes.intake)
	every value in [v | is_array(case.participants); some v in case.participants] {
		is_object(value)
		form_party_sound(value, data.shapes.participant)
	}
}

form_subject_sound(subject) if subject == null

form_subject_sound(subject) if {
	is_object(subject)
	form_fits(subject, data.shapes.subject)
	form_enumerated(subject, "relation", vocabulary.relations)
	every value in [v | v := subject.age; v != null] { form_age_sound(value) }
}
