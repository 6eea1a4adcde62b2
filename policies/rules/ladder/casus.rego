package sluis.main

import rego.v1

# METADATA
# scope: document
# title: Casus
# description: |
#   De casus loopt op een spoor en in een staat waarin de grondslag geldt, is niet overgedragen aan de persoonsgerichte aanpak
#   radicalisering, ook niet via een gekoppelde casus, en voldoet bij aanmelding aan de vier gronden van BGS 2.20.
# custom:
#   article: WGS 2.31

# The basis needs no case and looks at none.
casus_open(row) if row.track == null

casus_open(row) if {
	row.track != null
	input.case.track in row.track
	input.case.state in row.states
	casus_unlinked(row)
	casus_aligned(row)
	casus_intake_open(row)
}

casus_unlinked(row) if row.pga == false

casus_unlinked(row) if {
	row.pga == true
	every other in input.case.linked {
		other.state in vocabulary.states
		other.state != "overgedragen-pga"
	}
}

casus_aligned(row) if row.linked_active == false

# Of two trajectories that run side by side, this case is one and a linked case on the other track is the other.
casus_aligned(row) if {
	row.linked_active == true
	is_array(input.case.linked)
	every other in input.case.linked {
		other.track in vocabulary.tracks
		other.state in vocabulary.states
	}
	some other in input.case.linked
	other.track in row.track
	other.track != input.case.track
	other.state == "in-behandeling"
}

casus_intake_open(row) if row.intake == false

casus_intake_open(row) if {
	row.intake == true
	intake_met(input.case.intake)
}

default casus_missing := set()

casus_missing := (facts_absent(casus_needed) | casus_linked_unknown) | casus_intake_missing if claim_row.track != null

casus_needed := {["case", "track"], ["case", "state"]} | {["case", "linked"] | some _ in casus_looked_at}

# What the row looks at in a linked case.
casus_looked_at contains "state" if claim_row.pga

casus_looked_at contains member if {
	claim_row.linked_active
	some member in ["state", "track"]
}

casus_linked_unknown := {path |
	some member in casus_looked_at
	is_array(input.case.linked)
	some index, other in input.case.linked
	facts_lacks(other, member)
	path := concat(".", ["case.linked", format_int(index, 10), member])
}

casus_intake_missing := {path | claim_row.intake; some path in intake_missing}

# METADATA
# title: Het spoor van de casus past niet bij de grondslag
# custom:
#   article: AVG 5(1)(b)
#   code: doel-onverenigbaar
casus_codes contains "doel-onverenigbaar" if {
	claim_row.track != null
	input.case.track in vocabulary.tracks
	not input.case.track in claim_row.track
}

casus_misplaced if {
	claim_row.track != null
	input.case.state in vocabulary.states
	not input.case.state in claim_row.states
}

# METADATA
# title: De casus is gesloten en de gegevens zijn afgeschermd
# custom:
#   article: WGS 2.31(8)
#   code: casus-gesloten
casus_codes contains "casus-gesloten" if {
	casus_misplaced
	input.case.state == "afgesloten"
}

casus_cited contains "closed" if "casus-gesloten" in casus_codes

# METADATA
# title: De casus is nog niet of niet meer in behandeling
# custom:
#   article: WGS 2.31
#   code: casus-niet-in-behandeling
casus_codes contains "casus-niet-in-behandeling" if {
	casus_misplaced
	input.case.state in {"aangemeld", "afgewezen"}
}

# METADATA
# title: Er loopt geen gekoppelde casus op het andere spoor
# custom:
#   article: Wams (36 295), samenloop
#   code: casus-niet-in-behandeling
casus_codes contains "casus-niet-in-behandeling" if {
	claim_row.linked_active
	input.case.track in claim_row.track
	is_array(input.case.linked)
	count(casus_linked_unknown) == 0
	not casus_aligned(claim_row)
}

# METADATA
# title: De grondslag geldt niet meer als de casus in behandeling is
# custom:
#   code: geen-grondslag
casus_codes contains "geen-grondslag" if {
	casus_misplaced
	input.case.state == "in-behandeling"
}

# METADATA
# title: De casus is overgedragen aan de persoonsgerichte aanpak radicalisering
# custom:
#   article: WGS 2.31(13)
#   code: pga-overgedragen
casus_codes contains "pga-overgedragen" if {
	casus_misplaced
	input.case.state == "overgedragen-pga"
}

# METADATA
# title: Een gekoppelde casus is overgedragen aan de persoonsgerichte aanpak radicalisering
# custom:
#   article: WGS 2.31(13)
#   code: pga-overgedragen
casus_codes contains "pga-overgedragen" if {
	claim_row.pga
	is_array(input.case.linked)
	some other in input.case.linked
	other.state == "overgedragen-pga"
}

casus_cited contains "pga" if "pga-overgedragen" in casus_codes

# METADATA
# title: De casus voldoet niet aan de vier gronden voor aanmelding
# custom:
#   article: BGS 2.20
#   code: intakecriteria-ontbreken
casus_codes contains "intakecriteria-ontbreken" if {
	claim_row.intake
	intake_unmet
}

casus_cited contains "intake" if "intakecriteria-ontbreken" in casus_codes

# METADATA
# title: Een feit dat deze trap nodig heeft, ontbreekt
# custom:
#   code: feit-ontbreekt
casus_codes contains "feit-ontbreekt" if count(casus_missing) > 0
