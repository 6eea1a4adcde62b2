package sluis.main

import rego.v1

# METADATA
# title: Elk lid dat er altijd staat, staat er, en is goed
# description: |
#   De korte weg voor een verzoek dat is zoals de gateway het schrijft: wat hier doorkomt, komt ook door de lange weg van
#   `form_tolerable`. Een lid dat ontbreekt breekt de keten; alleen het woord van de bron mag als geheel ontbreken.
#   Wat tussen "!" en "~" sorteert is een tekst, en begint met een zichtbaar teken: leeg is die niet.
form_complete(vocabulary, day) if {
	kinds := vocabulary.kinds
	organisation := input.requester.organisation
	actor := input.requester.actor
	subject := input.subject
	input.profile in vocabulary.profiles
	input.activity in vocabulary.activities
	subject.relation in vocabulary.relations
	subject.age >= 0
	subject.age < 1000
	floor(subject.age) == subject.age
	kinds[organisation.kind] in {organisation.public, null}
	kinds[input.recipient.kind] in {input.recipient.public, null}
	kinds[input.holder.kind] in {input.holder.public, null}
	{
		organisation.public, input.recipient.public, input.holder.public, input.holder.secrecy_bound, actor.designated,
		actor.screened, subject.linked_to_registered, subject.can_consent, subject.objection,
	} - {true, false} == set()
	texts := [
		input.basis, organisation.oin, organisation.name, input.recipient.oin, input.holder.oin, actor.id, actor.role, subject.ref,
	]
	every text in texts {
		text >= "!"
		text < "~"
	}
	{type_name(actor.mandates), type_name(subject.consents), type_name(input.fields)} == {"array"}
	every text in actor.mandates { is_string(text) }
	every entry in subject.consents { form_consent_sound(entry) }
	form_complete_circumstances(input.circumstances, vocabulary)
	form_complete_statement(object.get(input, "holder_statement", null))
	form_complete_case(input.case, vocabulary, day)
	form_complete_third_party(input.third_party)
	form_complete_emergency(input.emergency)
}

form_complete_circumstances(said, _) if said == null

form_complete_circumstances(said, vocabulary) if {
	is_object(said)
	{value | some name, value in said; name in vocabulary.circumstances} - {true, false, null} == set()
}

form_complete_statement(statement) if statement == null

form_complete_statement(statement) if {
	statement.serious_reasons in {true, false}
	{statement.competent_authority_agreed, statement.consents_to_onward} - {true, false, null} == set()
	is_array(statement.conditions)
	every text in statement.conditions { is_string(text) }
	form_complete_exception(statement.secrecy_exception)
}

form_complete_exception(claim) if claim == null

form_complete_exception(claim) if {
	claim != null
	form_exception_sound(claim)
}

form_complete_third_party(third) if third == null

form_complete_third_party(third) if {
	third != null
	form_third_party_sound(third)
}

form_complete_emergency(crisis) if crisis == null

form_complete_emergency(crisis) if {
	crisis != null
	form_fits(crisis, data.shapes.emergency)
}

form_complete_case(case, _, _) if case == null

form_complete_case(case, vocabulary, day) if {
	case != null
	case.track in vocabulary.tracks
	case.state in vocabulary.states
	case.phase in {1, 2, 3, 4, null}
	calendar_first_day <= day
	{case.closed_at, object.get(case, "extended_until", null)} == {null}
	is_string(case.id)
	is_array(case.participants)
	is_array(case.linked)
	every other in case.linked { form_linked_sound(other) }
	intake := object.get(case, "intake", {})
	is_object(intake)
	{value | some ground, value in intake; ground in vocabulary.grounds} - {true, false} == set()
	every party in case.participants {
		vocabulary.kinds[party.kind] == party.public
		party.involved in {true, false}
		party.oin >= "!"
		party.oin < "~"
	}
}
