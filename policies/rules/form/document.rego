package sluis.main

import rego.v1

# METADATA
# scope: document
# title: De controle van het hele document
# description: |
#   Elk lid van het contract dat er staat, heeft het juiste type en de juiste vorm, wat de grondslag ook is. Wat fout is,
#   weigert met `feit-ongeldig`: binnen een veld dat veld, anders het hele verzoek. Afwezig en null zijn hier niet fout;
#   een trap die het feit nodig heeft, vraagt ernaar. Leden die het contract niet kent, tellen niet mee.

# METADATA
# title: Het document buiten de velden is goed van type en vorm
form_sound if form_usual

# Something is absent, null or wrong: look at each object against its shape.
form_sound if {
	not form_usual
	form_tolerable(facts_document)
	form_elements_sound(facts_document)
	form_consistent
}

# The usual road: every usual member stands there, as the gateway writes it. What comes through here, comes through above.
form_usual if {
	form_complete(vocabulary, calendar_day)
	form_fields_complete(input.fields)
	form_plainly_consistent(input.fields)
}
