# METADATA
# title: Persoon
# description: |
#   De betrokkene valt binnen de kring van de grondslag, en heeft toestemming gegeven waar de grondslag die eist; of verkeert in
#   nood waar de grondslag daarop rust.
# custom:
#   article: WGS 2.30(1)(b)
package sluis.ladder.persoon

import rego.v1

open(row) if row.relations == null

open(row) if {
	row.relations != null
	input.subject.relation in row.relations
	within_circle(row, input.subject)
	data.sluis.consent.open(row)
	data.sluis.emergency.open(row)
}

within_circle(row, _) if row.kring == false

within_circle(row, subject) if {
	row.kring == true
	subject.relation in {"betrokkene", "derde"}
}

within_circle(row, subject) if {
	row.kring == true
	subject.relation in {"gezinslid", "directe-kring"}
	subject.linked_to_registered == true
}

fields_open(row) if row.consent == "nooit"

fields_open(row) if {
	row.consent == "gezinslid"
	input.subject.relation in {"betrokkene", "directe-kring", "derde"}
}

fields_open(row) if {
	data.sluis.consent.needed(row)
	every value in input.fields { data.sluis.consent.covered(value.category) }
}

passing contains index if {
	some index, _ in data.sluis.facts.fields
	not data.sluis.consent.needed(data.sluis.claim.row)
}

passing contains index if {
	data.sluis.consent.needed(data.sluis.claim.row)
	some index, value in data.sluis.facts.fields
	data.sluis.consent.covered(value.category)
}

missing := (data.sluis.facts.absent(needed) | consent_missing) | emergency_missing

needed := {["subject", "relation"] | data.sluis.claim.row.relations != null} | {["subject", "linked_to_registered"] | looks_at_circle}

looks_at_circle if {
	data.sluis.claim.row.kring
	input.subject.relation in {"gezinslid", "directe-kring"}
}

consent_missing := {path | data.sluis.consent.needed(data.sluis.claim.row); some path in data.sluis.consent.missing}

emergency_missing := {path | data.sluis.claim.row.emergency; some path in data.sluis.emergency.missing}

# METADATA
# title: De persoon valt buiten de kring van de grondslag
# custom:
#   article: BGS 2.19
#   code: buiten-directe-kring
codes contains "buiten-directe-kring" if {
	data.sluis.claim.row.relations != null
	input.subject.relation in data.sluis.vocabulary.relations
	not input.subject.relation in data.sluis.claim.row.relations
}

codes contains "buiten-directe-kring" if {
	looks_at_circle
	input.subject.linked_to_registered == false
}

cited contains "circle" if "buiten-directe-kring" in codes

codes contains code if some code in data.sluis.consent.codes

codes contains code if some code in data.sluis.emergency.codes

# METADATA
# title: Een feit dat deze trap nodig heeft, ontbreekt
# custom:
#   code: feit-ontbreekt
codes contains "feit-ontbreekt" if count(missing) > 0

# METADATA
# title: De toestemming dekt deze categorie niet
field_codes[index] contains code if {
	data.sluis.consent.needed(data.sluis.claim.row)
	some index, value in data.sluis.facts.fields
	data.sluis.facts.filled(value.category)
	some code in data.sluis.consent.category_codes(value.category)
}
