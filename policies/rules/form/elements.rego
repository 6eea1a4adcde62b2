package sluis.main

import rego.v1

# METADATA
# title: Wat in lijsten staat, en in de objecten die er meestal niet zijn, is goed
# description: Wat een veld van zichzelf zegt wordt per veld gecontroleerd; hier alleen dat het er een is, en zijn naam.
form_elements_sound(facts) if {
	every value in [v |
		is_object(facts.circumstances)
		some name, v in facts.circumstances
		name in vocabulary.circumstances
	] {
		value in {true, false, null}
	}
	every other in [o | is_array(facts.case.linked); some o in facts.case.linked] { form_linked_sound(other) }
	every entry in [e | is_array(facts.subject.consents); some e in facts.subject.consents] { form_consent_sound(entry) }
	every entry in [f | is_array(facts.fields); some f in facts.fields] { form_named_soundly(entry) }
	every text in [t | is_array(facts.requester.actor.mandates); some t in facts.requester.actor.mandates] { is_string(text) }
	every text in [t | is_array(facts.holder_statement.conditions); some t in facts.holder_statement.conditions] {
		is_string(text)
	}
	every claim in [e | e := facts.holder_statement.secrecy_exception; e != null] { form_exception_sound(claim) }
	every third in [t | t := facts.third_party; t != null] { form_third_party_sound(third) }
	every crisis in [e | e := facts.emergency; e != null] { form_fits(crisis, data.shapes.emergency) }
}

form_linked_sound(value) if {
	is_object(value)
	form_fits(value, data.shapes.linked)
	form_enumerated(value, "track", vocabulary.tracks)
	form_enumerated(value, "state", vocabulary.states)
}

form_consent_sound(value) if {
	is_object(value)
	form_fits(value, data.shapes.consent)
	form_dated(value, "given_at")
	form_dated(value, "withdrawn_at")
	form_enumerated(value, "by", vocabulary.givers)
	form_texts_sound(value, "categories")
}

form_exception_sound(value) if {
	is_object(value)
	form_fits(value, data.shapes.secrecy_exception)
	form_enumerated(value, "kind", vocabulary.exceptions)
	form_texts_sound(value, "given_by")
	every giver in [g | is_array(value.given_by); some g in value.given_by] { giver in vocabulary.givers }
}

form_third_party_sound(value) if {
	is_object(value)
	form_fits(value, data.shapes.third_party)
	form_texts_sound(value, "objection_by")
}

# METADATA
# title: Een veld is een object met een naam
# description: Een veld zonder naam ontbreekt en is niet fout; een naam die geen tekst is, wel.
form_named_soundly(value) if {
	is_object(value)
	type_name(object.get(value, "name", null)) in {"null", "string"}
}
