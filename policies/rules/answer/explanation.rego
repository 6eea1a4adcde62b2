package sluis.main

import rego.v1

# METADATA
# scope: document
# title: De uitleg waar iets werd tegengehouden
# description: |
#   Elke reden telt, niet de eerste; de volgorde is die van de ladder en daarbinnen die van de lijst van codes. Alleen een trap
#   waarvan de keten brak wordt uitgelegd.

# METADATA
# title: De velden zoals gevraagd, met wat elk ervan tegenhoudt
explanation_fields := [{"name": value.name, "granted": granted, "reasons": against} |
	some index, value in facts_fields
	facts_filled(value.name)
	granted := index in verdict_granted
	against := explanation_field_reasons(index, verdict_broken)
]

default explanation_outcome := "geweigerd"

explanation_outcome := "gedeeltelijk" if count(verdict_granted) > 0

# METADATA
# title: Wat elke trap zegt
# description: Waar niets faalt staat in de grondslag wat de trap zegt; true, of null waar hij niet geldt.
explanation_ladder(row) := [{"rung": entry.rung, "passed": object.get(failed, entry.rung, entry.passed)} |
	failed := {rung: false | some rung in verdict_broken}
	some entry in row.ladder
]

# METADATA
# title: Redenen voor het hele verzoek
explanation_reasons := explanation_unique([code |
	broken := verdict_broken
	some codes in [
		{code | "grondslag" in broken; some code in grondslag_codes},
		{code | "deelnemer" in broken; some code in deelnemer_codes},
		{code | "casus" in broken; some code in casus_codes},
		{code | "betrokken" in broken; some code in betrokken_codes},
		{code | "persoon" in broken; some code in persoon_codes},
		{code | "categorie" in broken; some code in categorie_codes},
		{code | "beroepsgeheim" in broken; some code in beroepsgeheim_codes},
		{code | "verstrekker" in broken; some code in verstrekker_codes},
		{code | "bijzondere-route" in broken; some code in onward_codes},
		{code | "bewaartermijn" in broken; some code in bewaartermijn_codes},
		{code | "bezwaar" in broken; some code in bezwaar_codes},
	]
	some code in explanation_ordered(codes)
])

explanation_field_reasons(index, broken) := explanation_unique([code |
	some codes in [
		{code | "grondslag" in broken; some code in grondslag_field_codes[index]},
		{code | "persoon" in broken; some code in persoon_field_codes[index]},
		{code | "categorie" in broken; some code in categorie_field_codes[index]},
		{code | "noodzaak" in broken; some code in noodzaak_field_codes[index]},
		{code | "beroepsgeheim" in broken; some code in beroepsgeheim_field_codes[index]},
		{code | "verstrekker" in broken; some code in verstrekker_field_codes[index]},
		{code | "bijzondere-route" in broken; some code in onward_field_codes[index]},
	]
	some code in explanation_ordered(codes)
])

# METADATA
# title: Feiten waarnaar gevraagd kan worden
explanation_missing := sort({path |
	broken := verdict_broken
	some paths in [
		{path | "grondslag" in broken; some path in grondslag_missing},
		{path | "deelnemer" in broken; some path in deelnemer_missing},
		{path | "casus" in broken; some path in casus_missing},
		{path | "betrokken" in broken; some path in betrokken_missing},
		{path | "persoon" in broken; some path in persoon_missing},
		{path | "categorie" in broken; some path in categorie_missing},
		{path | "beroepsgeheim" in broken; some path in beroepsgeheim_missing},
		{path | "verstrekker" in broken; some path in verstrekker_missing},
		{path | "bijzondere-route" in broken; some path in onward_missing},
		{path | "bewaartermijn" in broken; some path in bewaartermijn_missing},
		{path | "bezwaar" in broken; some path in bezwaar_missing},
	]
	some path in paths
})

# METADATA
# title: Onderwerpen waarop een trap weigerde
explanation_cited := {subject |
	broken := verdict_broken
	some subjects in [
		{subject | "deelnemer" in broken; some subject in deelnemer_cited},
		{subject | "casus" in broken; some subject in casus_cited},
		{subject | "betrokken" in broken; some subject in betrokken_cited},
		{subject | "persoon" in broken; some subject in persoon_cited},
		{subject | "categorie" in broken; some subject in categorie_cited},
		{subject | "noodzaak" in broken; some subject in noodzaak_cited},
		{subject | "verstrekker" in broken; some subject in verstrekker_cited},
		{subject | "bijzondere-route" in broken; some subject in onward_cited},
		{subject | "bewaartermijn" in broken; some subject in bewaartermijn_cited},
	]
	some subject in subjects
}

# METADATA
# title: Codes in de volgorde van de lijst van het contract
explanation_ordered(codes) := [code | some code in codes] if count(codes) < 2

explanation_ordered(codes) := [code | some code in vocabulary.reasons; code in codes] if count(codes) > 1

explanation_unique(items) := [item |
	some index, item in items
	not item in array.slice(items, 0, index)
]
