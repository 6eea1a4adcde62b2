package sluis.main

import rego.v1

# METADATA
# scope: document
# title: Wegwijzers
# description: |
#   Een andere grondslag of route die een nieuw verzoek kan noemen; nooit de ingeroepen grondslag, en nooit wordt een andere
#   grondslag vanzelf geprobeerd. De AVE-fase geeft alleen een wegwijzer: zij verleent en weigert niets.

# METADATA
# title: De wegwijzers bij een besluit dat iets tegenhoudt
hints_of_refusal(row, reasons) := explanation_unique(array.concat(
	[hint |
		some group in [
			{"code": "grondslag-niet-in-werking", "hints": row.hints},
			{"code": "geen-deelnemer", "hints": row.hints_outsider},
			{"code": "geen-deelnemer", "hints": hints_coordinators(row)},
			{"code": "aanmelder-niet-bevoegd", "hints": ["advies-aan-college"]},
			{"code": "casus-gesloten", "hints": ["wgs.zvh.aanmelding"]},
			{"code": "bewaartermijn-verstreken", "hints": ["wgs.zvh.hernieuwd"]},
			{"code": "intakecriteria-ontbreken", "hints": ["blijf-gemeentelijk"]},
		]
		group.code in reasons
		some hint in group.hints
		hint != input.basis
	],
	hints_phase(row),
))

# What a coordinator who takes no part in the verband may have comes through the college.
hints_coordinators(row) := ["via-college" |
	row.coordinator == "via-college"
	input.requester.actor.role == "wams-coordinator"
]

# METADATA
# title: De casus loopt in een fase waarin deze grondslag ongewoon is
hints_phase(row) := ["ave-fase-afwijkend" |
	row.track != null
	input.case.phase in {1, 2, 3, 4}
	not input.case.phase in row.ave
]
