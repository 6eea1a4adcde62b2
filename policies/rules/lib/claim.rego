package sluis.main

import rego.v1

# METADATA
# scope: document
# title: De ingeroepen grondslag
# description: |
#   Precies één grondslag, opgezocht op zijn naam; een andere grondslag wordt nooit aangeraakt. Van de teksten van een
#   grondslag geldt die met de laatste begindatum op of voor de rechtsdag, en voor de eerste begindatum de eerste.
claim_row := texts[begin] if {
	texts := data.bases[input.basis]
	begins := {date | some date, _ in texts}
	begin := max({date | some date in begins; date <= calendar_day} | {min(begins)})
}

default claim_known := false

claim_known if claim_row.ladder

default claim_forbidden := false

claim_forbidden if claim_row.forbidden
