# METADATA
# title: De controle van het hele document
# description: |
#   Elk lid van het contract dat er staat, heeft het juiste type en de juiste vorm, wat de grondslag ook is. Wat fout is,
#   weigert met `feit-ongeldig`: binnen een veld dat veld, anders het hele verzoek. Afwezig en null zijn hier niet fout;
#   een trap die het feit nodig heeft, vraagt ernaar. Leden die het contract niet kent, tellen niet mee.
package sluis.form

import rego.v1

# METADATA
# title: Het document buiten de velden is goed van type en vorm
default sound := false

sound if {
	core
	lists
	consistent
}

default core := false

# The granting road: every usual member stands there, as the gateway writes it.
core if complete

# Something is absent, null or wrong: look at each object against its shape.
core if {
	not complete
	tolerable
}

# What fields say of themselves is checked per field; here only that each one is a field, and its name.
default lists := false

lists if {
	every value in [v |
		is_object(input.circumstances)
		some name, v in input.circumstances
		name in data.sluis.vocabulary.circumstances
	] {
		value in {true, false, null}
	}
	every other in [o | is_array(input.case.linked); some o in input.case.linked] { linked_sound(other) }
	every entry in [e | is_array(input.subject.consents); some e in input.subject.consents] { consent_sound(entry) }
	every entry in [f | is_array(input.fields); some f in input.fields] { named_soundly(entry) }
	every text in [t | is_array(input.requester.actor.mandates); some t in input.requester.actor.mandates] { is_string(text) }
	every text in [t | is_array(input.holder_statement.conditions); some t in input.holder_statement.conditions] { is_string(text) }
	every claim in [e | e := input.holder_statement.secrecy_exception; e != null] { exception_sound(claim) }
	every third in [t | t := input.third_party; t != null] { third_party_sound(third) }
	every crisis in [e | e := input.emergency; e != null] { fits(crisis, data.shapes.emergency) }
}
