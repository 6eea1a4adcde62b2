# METADATA
# title: De vier gronden van BGS 2.20
# description: Ze gelden alle vier; bij aanmelding (trap casus) en bij hernieuwd gebruik na de bewaartermijn.
# custom:
#   article: BGS 2.20(1)
package sluis.intake

import rego.v1

grounds := ["problemen", "leefgebieden_criminogeen", "overlast_criminaliteit_onveiligheid", "meerdere_domeinen_nodig"]

met(intake) if {
	every ground in grounds { intake[ground] == true }
}

default unmet := false

unmet if {
	some ground in grounds
	input.case.intake[ground] == false
}

missing := data.sluis.facts.absent({["case", "intake", ground] | some ground in grounds})
