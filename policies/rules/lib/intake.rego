package sluis.main

import rego.v1

# METADATA
# scope: document
# title: De vier gronden van BGS 2.20
# description: Ze gelden alle vier; bij aanmelding (trap casus) en bij hernieuwd gebruik na de bewaartermijn.
# custom:
#   article: BGS 2.20(1)
intake_met(intake) if {
	every ground in vocabulary.grounds { intake[ground] == true }
}

default intake_unmet := false

intake_unmet if {
	some ground in vocabulary.grounds
	input.case.intake[ground] == false
}

intake_missing := facts_absent({["case", "intake", ground] | some ground in vocabulary.grounds})
