package sluis.main

import rego.v1

# METADATA
# scope: document
# title: Vitaal belang
# description: |
#   Alleen bij een genoemde dreiging, als bekend is of de persoon bij bewustzijn is, de persoon niet weigert en geen toestemming
#   kan geven.
# custom:
#   article: AVG 9(2)(c)
emergency_open(row) if row.emergency == false

emergency_open(row) if {
	row.emergency == true
	facts_filled(input.emergency.threat)
	is_boolean(input.emergency.person_conscious)
	input.emergency.refuses == false
	input.subject.can_consent == false
}

emergency_missing := (facts_absent_texts([["emergency", "threat"]]) | facts_absent([
	["emergency", "person_conscious"],
	["emergency", "refuses"],
])) | facts_absent([["subject", "can_consent"]])

# METADATA
# title: De persoon kan zelf beslissen, weigert, of de nood is niet vastgelegd
# custom:
#   article: AVG 9(2)(c)
#   code: geen-toestemming
emergency_codes contains "geen-toestemming" if {
	claim_row.emergency
	some doubt in emergency_doubts
	doubt
}

emergency_doubts contains count(emergency_missing) > 0

emergency_doubts contains input.emergency.refuses == true

emergency_doubts contains input.subject.can_consent == true
