# METADATA
# title: Wie toestemming geeft
# description: |
#   Onder de 12 en wie zijn wil niet kan bepalen: de wettelijk vertegenwoordiger. Van 12 tot en met 15: beiden (experts
#   verschillen hierover; dit is de voorzichtige lezing). Vanaf 16: de persoon zelf.
# custom:
#   article: Jw 7.3.4
package sluis.givers

import rego.v1

default required := []

required := ["wettelijk-vertegenwoordiger"] if {
	is_number(input.subject.age)
	input.subject.age < 12
	is_boolean(input.subject.can_consent)
}

required := ["wettelijk-vertegenwoordiger"] if {
	is_number(input.subject.age)
	input.subject.can_consent == false
}

required := ["zelf", "wettelijk-vertegenwoordiger"] if {
	input.subject.can_consent == true
	is_number(input.subject.age)
	input.subject.age >= 12
	input.subject.age < 16
}

required := ["zelf"] if {
	input.subject.can_consent == true
	is_number(input.subject.age)
	input.subject.age >= 16
}

missing := data.sluis.facts.absent([["subject", "age"], ["subject", "can_consent"]])
