# METADATA
# title: De uitleg bij het oordeel
# description: |
#   Elke reden telt, niet de eerste; de volgorde is die van de ladder en daarbinnen die van de lijst van codes. Alleen wat niet
#   heel doorkwam wordt uitgelegd.
package sluis.explanation

import rego.v1

# METADATA
# title: Redenen voor het hele verzoek
reasons := unique([code |
	some codes in [
		data.sluis.ladder.grondslag.codes,
		data.sluis.ladder.deelnemer.codes,
		data.sluis.ladder.casus.codes,
		data.sluis.ladder.betrokken.codes,
		data.sluis.ladder.persoon.codes,
		data.sluis.ladder.beroepsgeheim.codes,
		data.sluis.ladder.verstrekker.codes,
		data.sluis.ladder.bewaartermijn.codes,
		data.sluis.ladder.bezwaar.codes,
	]
	some code in ordered(codes)
])

# METADATA
# title: De velden zoals gevraagd, met wat elk ervan tegenhoudt
fields := [{"name": value.name, "granted": granted, "reasons": field_reasons(index)} |
	some index, value in data.sluis.facts.fields
	data.sluis.facts.filled(value.name)
	granted := index in granted_positions
]

granted_positions := {index | data.sluis.verdict.open; some index in data.sluis.verdict.passing}

field_reasons(index) := unique([code |
	some codes in [
		{code | some code in data.sluis.ladder.grondslag.field_codes[index]},
		{code | some code in data.sluis.ladder.persoon.field_codes[index]},
		{code | some code in data.sluis.ladder.categorie.field_codes[index]},
		{code | some code in data.sluis.ladder.noodzaak.field_codes[index]},
		{code | some code in data.sluis.ladder.beroepsgeheim.field_codes[index]},
		{code | some code in data.sluis.ladder.verstrekker.field_codes[index]},
	]
	some code in ordered(codes)
])

# METADATA
# title: Feiten waarnaar gevraagd kan worden
missing := sort(((((data.sluis.ladder.grondslag.missing | data.sluis.ladder.deelnemer.missing) | (data.sluis.ladder.casus.missing | data.sluis.ladder.betrokken.missing)) | ((data.sluis.ladder.persoon.missing | data.sluis.ladder.categorie.missing) | (data.sluis.ladder.beroepsgeheim.missing | data.sluis.ladder.verstrekker.missing))) | (data.sluis.ladder.bewaartermijn.missing | data.sluis.ladder.bezwaar.missing)))

# METADATA
# title: Onderwerpen waarop een trap weigerde
cited := (((data.sluis.ladder.deelnemer.cited | data.sluis.ladder.casus.cited) | (data.sluis.ladder.betrokken.cited | data.sluis.ladder.persoon.cited)) | ((data.sluis.ladder.categorie.cited | data.sluis.ladder.noodzaak.cited) | (data.sluis.ladder.beroepsgeheim.cited | data.sluis.ladder.verstrekker.cited))) | (data.sluis.ladder.bewaartermijn.cited | data.sluis.ladder.bezwaar.cited)

ordered(codes) := [code | some code in data.sluis.vocabulary.reasons; code in codes]

unique(list) := [item |
	some index, item in list
	not item in array.slice(list, 0, index)
]
