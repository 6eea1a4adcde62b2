package sluis.form

import rego.v1

# Every member that the gateway always writes, of its type: a short chain, for speed. What it lets through, `tolerable` does too.
# An absent member leaves a line undefined, and the chain ends there.
complete(vocabulary) if {
	data.sluis.calendar.day
	input.profile in vocabulary.profiles
	input.activity in vocabulary.activities
	{type_name(input.fields), type_name(input.requester.actor.mandates), type_name(input.subject.consents)} == {"array"}
	type_name(input.circumstances) in {"object", "null"}
	complete_people(vocabulary.kinds)
	input.subject.relation in vocabulary.relations
	age_sound(input.subject.age)
	complete_statement(input.holder_statement)
	complete_case(input.case, vocabulary)
}

complete_people(kinds) if {
	organisation := input.requester.organisation
	actor := input.requester.actor
	subject := input.subject
	every party in [organisation, input.recipient, input.holder] { kinds[party.kind] in {party.public, null} }
	{
		organisation.public, input.recipient.public, input.holder.public, input.holder.secrecy_bound, actor.designated,
		actor.screened, subject.linked_to_registered, subject.can_consent, subject.objection,
	} - {true, false} == set()
	{
		type_name(input.basis), type_name(organisation.oin), type_name(organisation.name), type_name(input.recipient.oin),
		type_name(input.holder.oin), type_name(actor.id), type_name(actor.role), type_name(subject.ref),
	} == {"string"}
}

complete_statement(statement) if {
	is_array(statement.conditions)
	{statement.serious_reasons} - {true, false} == set()
	{statement.competent_authority_agreed, statement.consents_to_onward} - {true, false, null} == set()
}

complete_case(case, _) if case == null

complete_case(case, vocabulary) if {
	case != null
	case.track in vocabulary.tracks
	case.state in vocabulary.states
	case.phase in {1, 2, 3, 4, null}
	data.sluis.calendar.is_date(case.first_processed_at)
	{case.closed_at, case.extended_until} == {null}
	intake := case.intake
	{
		intake.problemen, intake.leefgebieden_criminogeen, intake.overlast_criminaliteit_onveiligheid,
		intake.meerdere_domeinen_nodig,
	} - {true, false} == set()
	type_name(case.id) == "string"
	type_name(case.linked) == "array"
	is_array(case.participants)
	whole := [1 |
		some party in case.participants
		vocabulary.kinds[party.kind] == party.public
		party.involved in {true, false}
		type_name(party.oin) == "string"
	]
	count(whole) == count(case.participants)
}
