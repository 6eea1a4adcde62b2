# METADATA
# title: Wegwijzers
# description: |
#   Een andere grondslag of route die een nieuw verzoek kan noemen; nooit de ingeroepen grondslag, en nooit wordt een andere
#   grondslag vanzelf geprobeerd. De AVE-fase geeft alleen een wegwijzer: zij verleent en weigert niets.
package sluis.hints

import rego.v1

list := phase if data.sluis.verdict.whole

list := array.concat([hint | some hint in ordered; hint != input.basis], phase) if not data.sluis.verdict.whole

ordered := [hint |
	some group in [
		{"code": "grondslag-niet-in-werking", "hints": data.sluis.claim.row.hints},
		{"code": "geen-deelnemer", "hints": data.sluis.claim.row.hints_outsider},
		{"code": "aanmelder-niet-bevoegd", "hints": ["advies-aan-college"]},
		{"code": "casus-gesloten", "hints": ["wgs.zvh.aanmelding"]},
		{"code": "bewaartermijn-verstreken", "hints": ["wgs.zvh.hernieuwd"]},
		{"code": "intakecriteria-ontbreken", "hints": ["blijf-gemeentelijk"]},
	]
	group.code in data.sluis.explanation.reasons
	some hint in group.hints
]

phase := ["ave-fase-afwijkend" |
	data.sluis.claim.row.track != null
	input.case.phase in {1, 2, 3, 4}
	not input.case.phase in data.sluis.claim.row.ave
]
