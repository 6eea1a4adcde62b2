# METADATA
# title: De ingeroepen grondslag
# description: |
#   Precies één grondslag, opgezocht op zijn naam; een andere grondslag wordt nooit aangeraakt. Van de teksten van een
#   grondslag geldt die met de laatste begindatum op of voor de rechtsdag, en voor de eerste begindatum de eerste.
package sluis.claim

import rego.v1

row := texts[begin] if {
	texts := data.bases[input.basis]
	begins := {date | some date, _ in texts}
	begin := max({date | some date in begins; date <= data.sluis.calendar.day} | {min(begins)})
}

default known := false

known if row.ladder

default forbidden := false

forbidden if row.forbidden
