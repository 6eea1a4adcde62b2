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
sound if usual

# Something is absent, null or wrong: look at each object against its shape.
sound if {
	not usual
	tolerable(data.sluis.facts.document)
	elements_sound(data.sluis.facts.document)
	consistent
}

# The granting road: every usual member stands there, as the gateway writes it. What comes through here, comes through above.
usual if {
	complete(data.sluis.vocabulary)
	fields_complete
	empty := [
		input.third_party, input.emergency, input.holder_statement.secrecy_exception, input.circumstances,
		input.subject.consents, input.requester.actor.mandates, input.holder_statement.conditions,
	] == [null, null, null, {}, [], [], []]
	lists_sound(empty)
	plainly_consistent
}

# Most lists are empty most of the time.
lists_sound(empty) if empty == true

lists_sound(empty) if {
	empty == false
	elements_sound(input)
}
