# METADATA
# title: Vitaal belang
# description: |
#   Alleen bij een genoemde dreiging, als bekend is of de persoon bij bewustzijn is, de persoon niet weigert en geen toestemming
#   kan geven.
# custom:
#   article: AVG 9(2)(c)
package sluis.emergency

import rego.v1

open(row) if row.emergency == false

open(row) if {
	row.emergency == true
	data.sluis.facts.filled(input.emergency.threat)
	is_boolean(input.emergency.person_conscious)
	input.emergency.refuses == false
	input.subject.can_consent == false
}

missing := (data.sluis.facts.absent_texts([["emergency", "threat"]]) | data.sluis.facts.absent([
	["emergency", "person_conscious"],
	["emergency", "refuses"],
])) | data.sluis.facts.absent([["subject", "can_consent"]])

# METADATA
# title: De persoon kan zelf beslissen, weigert, of de nood is niet vastgelegd
# custom:
#   article: AVG 9(2)(c)
#   code: geen-toestemming
codes contains "geen-toestemming" if {
	data.sluis.claim.row.emergency
	some doubt in doubts
	doubt
}

doubts contains count(missing) > 0

doubts contains input.emergency.refuses == true

doubts contains input.subject.can_consent == true
