package sluis.form

import rego.v1

default complete := false

# Every member that the gateway always writes, of its type: one chain, for speed. What it lets through, `tolerable` lets through.
complete if {
	data.sluis.calendar.day
	input.profile in data.sluis.vocabulary.profiles
	input.activity in data.sluis.vocabulary.activities
	is_string(input.basis)
	is_array(input.fields)
	actor := input.requester.actor
	is_string(actor.id)
	is_string(actor.role)
	actor.designated in {true, false}
	actor.screened in {true, false}
	is_array(actor.mandates)
	is_string(input.requester.organisation.name)
	complete_party(input.requester.organisation)
	complete_party(input.recipient)
	complete_party(input.holder)
	input.holder.secrecy_bound in {true, false}
	complete_subject(input.subject)
	complete_statement(input.holder_statement)
	complete_case(input.case)
	type_name(input.circumstances) in {"object", "null"}
}

complete_party(party) if {
	is_string(party.oin)
	party.public in {true, false}
	standing := data.sluis.vocabulary.kinds[party.kind]
	standing in {party.public, null}
}

complete_subject(subject) if {
	is_string(subject.ref)
	subject.relation in data.sluis.vocabulary.relations
	subject.linked_to_registered in {true, false}
	age_sound(subject.age)
	subject.can_consent in {true, false}
	subject.objection in {true, false}
	is_array(subject.consents)
}

complete_statement(statement) if {
	statement.serious_reasons in {true, false}
	is_array(statement.conditions)
	statement.competent_authority_agreed in {true, false, null}
	statement.consents_to_onward in {true, false, null}
}

complete_case(case) if case == null

complete_case(case) if {
	is_string(case.id)
	case.track in data.sluis.vocabulary.tracks
	case.state in data.sluis.vocabulary.states
	case.phase in {1, 2, 3, 4, null}
	data.sluis.calendar.is_date(case.first_processed_at)
	case.closed_at == null
	case.extended_until == null
	case.intake.problemen in {true, false}
	case.intake.leefgebieden_criminogeen in {true, false}
	case.intake.overlast_criminaliteit_onveiligheid in {true, false}
	case.intake.meerdere_domeinen_nodig in {true, false}
	is_array(case.linked)
	is_array(case.participants)
	every party in case.participants {
		complete_party(party)
		party.involved in {true, false}
	}
}
