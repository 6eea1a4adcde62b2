package sluis.form

import rego.v1

# What stands in lists, and in the objects that are mostly absent. What a field says of itself is checked per field; here only that
# it is one, and its name.
elements_sound(facts) if {
	every value in [v |
		is_object(facts.circumstances)
		some name, v in facts.circumstances
		name in data.sluis.vocabulary.circumstances
	] {
		value in {true, false, null}
	}
	every other in [o | is_array(facts.case.linked); some o in facts.case.linked] { linked_sound(other) }
	every entry in [e | is_array(facts.subject.consents); some e in facts.subject.consents] { consent_sound(entry) }
	every entry in [f | is_array(facts.fields); some f in facts.fields] { named_soundly(entry) }
	every text in [t | is_array(facts.requester.actor.mandates); some t in facts.requester.actor.mandates] { is_string(text) }
	every text in [t | is_array(facts.holder_statement.conditions); some t in facts.holder_statement.conditions] {
		is_string(text)
	}
	every claim in [e | e := facts.holder_statement.secrecy_exception; e != null] { exception_sound(claim) }
	every third in [t | t := facts.third_party; t != null] { third_party_sound(third) }
	every crisis in [e | e := facts.emergency; e != null] { fits(crisis, data.shapes.emergency) }
}

linked_sound(value) if {
	is_object(value)
	fits(value, data.shapes.linked)
	enumerated(value, "track", data.sluis.vocabulary.tracks)
	enumerated(value, "state", data.sluis.vocabulary.states)
}

consent_sound(value) if {
	is_object(value)
	fits(value, data.shapes.consent)
	dated(value, "given_at")
	dated(value, "withdrawn_at")
	enumerated(value, "by", data.sluis.vocabulary.givers)
	texts_sound(value, "categories")
}

exception_sound(value) if {
	is_object(value)
	fits(value, data.shapes.secrecy_exception)
	enumerated(value, "kind", data.sluis.vocabulary.exceptions)
	texts_sound(value, "given_by")
	every giver in [g | is_array(value.given_by); some g in value.given_by] { giver in data.sluis.vocabulary.givers }
}

third_party_sound(value) if {
	is_object(value)
	fits(value, data.shapes.third_party)
	texts_sound(value, "objection_by")
}

# METADATA
# title: Een veld is een object met een naam
# description: Een veld zonder naam ontbreekt en is niet fout; een naam die geen tekst is, wel.
named_soundly(value) if {
	is_object(value)
	type_name(object.get(value, "name", null)) in {"null", "string"}
}
