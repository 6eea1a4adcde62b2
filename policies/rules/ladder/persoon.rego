package sluis.main

import rego.v1

# METADATA
# scope: document
# title: Persoon
# description: |
#   De betrokkene valt binnen de kring van de grondslag, en heeft toestemming gegeven waar de grondslag die eist; of verkeert in
#   nood waar de grondslag daarop rust.
# custom:
#   article: WGS 2.30(1)(b)
persoon_open(row) if row.relations == null

persoon_open(row) if {
	row.relations != null
	input.subject.relation in row.relations
	persoon_within_circle(row, input.subject)
	consent_open(row)
	emergency_open(row)
}

persoon_within_circle(row, _) if row.kring == false

persoon_within_circle(row, subject) if {
	row.kring == true
	subject.relation in {"betrokkene", "derde"}
}

persoon_within_circle(row, subject) if {
	row.kring == true
	subject.relation in {"gezinslid", "directe-kring"}
	subject.linked_to_registered == true
}

persoon_fields_open(row) if row.consent == "nooit"

persoon_fields_open(row) if {
	row.consent == "gezinslid"
	input.subject.relation in {"betrokkene", "directe-kring", "derde"}
}

persoon_fields_open(row) if {
	row.consent != "nooit"
	consent_needed(row)
	every value in input.fields { consent_covered(value.category) }
}

persoon_passing contains index if {
	consent_needed(claim_row)
	some index, value in facts_fields
	consent_covered(value.category)
}

persoon_missing := (facts_absent(persoon_needed) | persoon_consent_missing) | persoon_emergency_missing

persoon_needed := {["subject", "relation"] | claim_row.relations != null} | {["subject", "linked_to_registered"] | persoon_looks_at_circle}

persoon_looks_at_circle if {
	claim_row.kring
	input.subject.relation in {"gezinslid", "directe-kring"}
}

persoon_consent_missing := {path | consent_needed(claim_row); some path in consent_missing}

persoon_emergency_missing := {path | claim_row.emergency; some path in emergency_missing}

# METADATA
# title: De persoon valt buiten de kring van de grondslag
# custom:
#   article: BGS 2.19
#   code: buiten-directe-kring
persoon_codes contains "buiten-directe-kring" if {
	claim_row.relations != null
	input.subject.relation in vocabulary.relations
	not input.subject.relation in claim_row.relations
}

# METADATA
# title: Wie bij de kring hoort, hoort bij iemand die niet is aangemeld
# custom:
#   article: WGS 2.30(1)(b)
#   code: buiten-directe-kring
persoon_codes contains "buiten-directe-kring" if {
	persoon_looks_at_circle
	input.subject.linked_to_registered == false
}

persoon_cited contains "circle" if "buiten-directe-kring" in persoon_codes

persoon_codes contains code if some code in consent_codes

persoon_codes contains code if some code in emergency_codes

# METADATA
# title: Een feit dat deze trap nodig heeft, ontbreekt
# custom:
#   code: feit-ontbreekt
persoon_codes contains "feit-ontbreekt" if count(persoon_missing) > 0

# METADATA
# title: De toestemming dekt deze categorie niet
persoon_field_codes[index] contains code if {
	consent_needed(claim_row)
	some index, value in facts_fields
	facts_filled(value.category)
	some code in consent_category_codes(value.category)
}
