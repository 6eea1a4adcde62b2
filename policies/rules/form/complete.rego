package sluis.form

import rego.v1

# Every member that the gateway always writes, of its type: a short chain, for speed. What it lets through, `tolerable` does too.
# An absent member leaves its line undefined, and the chain ends there.
complete(vocabulary) if {
	kinds := vocabulary.kinds
	organisation := input.requester.organisation
	actor := input.requester.actor
	subject := input.subject
	statement := input.holder_statement
	data.sluis.calendar.day
	input.profile in vocabulary.profiles
	input.activity in vocabulary.activities
	subject.relation in vocabulary.relations
	age_sound(subject.age)
	kinds[organisation.kind] in {organisation.public, null}
	kinds[input.recipient.kind] in {input.recipient.public, null}
	kinds[input.holder.kind] in {input.holder.public, null}
	{
		organisation.public, input.recipient.public, input.holder.public, input.holder.secrecy_bound, actor.designated,
		actor.screened, subject.linked_to_registered, subject.can_consent, subject.objection, statement.serious_reasons,
	} - {true, false} == set()
	{statement.competent_authority_agreed, statement.consents_to_onward} - {true, false, null} == set()
	{
		type_name(input.basis), type_name(organisation.oin), type_name(organisation.name), type_name(input.recipient.oin),
		type_name(input.holder.oin), type_name(actor.id), type_name(actor.role), type_name(subject.ref),
	} == {"string"}
	{type_name(actor.mandates), type_name(subject.consents), type_name(statement.conditions)} == {"array"}
	type_name(input.circumstances) in {"object", "null"}
	complete_case(input.case, vocabulary)
}

complete_case(case, _) if case == null

complete_case(case, vocabulary) if {
	case != null
	case.track in vocabulary.tracks
	case.state in vocabulary.states
	case.phase in {1, 2, 3, 4, null}
	data.sluis.calendar.first_day <= data.sluis.calendar.day
	{case.closed_at, object.get(case, "extended_until", null)} == {null}
	is_string(case.id)
	is_array(case.participants)
	is_array(case.linked)
	every other in case.linked { linked_sound(other) }
	intake := object.get(case, "intake", {})
	is_object(intake)
	{intake[ground] | some ground in data.sluis.intake.grounds} - {true, false} == set()

	# What sorts between two texts is a text, and one that begins with a visible character is not blank.
	whole := [1 |
		some party in case.participants
		vocabulary.kinds[party.kind] == party.public
		party.involved in {true, false}
		party.oin >= "!"
		party.oin < "~"
	]
	count(whole) == count(case.participants)
}
