package sluis.main

import rego.v1

# METADATA
# scope: document
# title: Wie toestemming geeft
# description: |
#   Onder de 12 en wie zijn wil niet kan bepalen: de wettelijk vertegenwoordiger. Van 12 tot en met 15: beiden (experts
#   verschillen hierover; dit is de voorzichtige lezing). Vanaf 16: de persoon zelf.
# custom:
#   article: Jw 7.3.4
default givers_required := []

givers_required := ["wettelijk-vertegenwoordiger"] if {
	is_number(input.subject.age)
	input.subject.age < 12
	is_boolean(input.subject.can_consent)
}

givers_required := ["wettelijk-vertegenwoordiger"] if {
	is_number(input.subject.age)
	input.subject.can_consent == false
}

givers_required := ["zelf", "wettelijk-vertegenwoordiger"] if {
	input.subject.can_consent == true
	is_number(input.subject.age)
	input.subject.age >= 12
	input.subject.age < 16
}

givers_required := ["zelf"] if {
	input.subject.can_consent == true
	is_number(input.subject.age)
	input.subject.age >= 16
}

givers_missing := facts_absent([["subject", "age"], ["subject", "can_consent"]])
