# METADATA
# title: Casus
# description: |
#   De casus loopt op een spoor en in een staat waarin de grondslag geldt, is niet overgedragen aan de persoonsgerichte aanpak
#   radicalisering, ook niet via een gekoppelde casus, en voldoet bij aanmelding aan de vier gronden van BGS 2.20.
# custom:
#   article: WGS 2.31
package sluis.ladder.casus

import rego.v1

# The basis needs no case and looks at none.
open(row) if row.track == null

open(row) if {
	row.track != null
	input.case.track in row.track
	input.case.state in row.states
	unlinked(row)
	aligned(row)
	intake_open(row)
}

unlinked(row) if row.pga == false

unlinked(row) if {
	row.pga == true
	every other in input.case.linked {
		other.state in data.sluis.vocabulary.states
		other.state != "overgedragen-pga"
	}
}

aligned(row) if row.linked_active == false

# Of two trajectories that run side by side, this case is one and a linked case on the other track is the other.
aligned(row) if {
	row.linked_active == true
	is_array(input.case.linked)
	every other in input.case.linked {
		other.track in data.sluis.vocabulary.tracks
		other.state in data.sluis.vocabulary.states
	}
	some other in input.case.linked
	other.track in row.track
	other.track != input.case.track
	other.state == "in-behandeling"
}

intake_open(row) if row.intake == false

intake_open(row) if {
	row.intake == true
	data.sluis.intake.met(input.case.intake)
}

default missing := set()

missing := (data.sluis.facts.absent(needed) | linked_unknown) | intake_missing if data.sluis.claim.row.track != null

needed := {["case", "track"], ["case", "state"]} | {["case", "linked"] | some _ in looked_at}

# What the row looks at in a linked case.
looked_at contains "state" if data.sluis.claim.row.pga

looked_at contains member if {
	data.sluis.claim.row.linked_active
	some member in ["state", "track"]
}

linked_unknown := {path |
	some member in looked_at
	is_array(input.case.linked)
	some index, other in input.case.linked
	data.sluis.facts.lacks(other, member)
	path := concat(".", ["case.linked", format_int(index, 10), member])
}

intake_missing := {path | data.sluis.claim.row.intake; some path in data.sluis.intake.missing}

# METADATA
# title: Het spoor van de casus past niet bij de grondslag
# custom:
#   code: doel-onverenigbaar
codes contains "doel-onverenigbaar" if {
	data.sluis.claim.row.track != null
	input.case.track in data.sluis.vocabulary.tracks
	not input.case.track in data.sluis.claim.row.track
}

misplaced if {
	data.sluis.claim.row.track != null
	input.case.state in data.sluis.vocabulary.states
	not input.case.state in data.sluis.claim.row.states
}

# METADATA
# title: De casus is gesloten en de gegevens zijn afgeschermd
# custom:
#   article: WGS 2.31(8)
#   code: casus-gesloten
codes contains "casus-gesloten" if {
	misplaced
	input.case.state == "afgesloten"
}

cited contains "closed" if "casus-gesloten" in codes

# METADATA
# title: De casus is nog niet of niet meer in behandeling
# custom:
#   article: WGS 2.31
#   code: casus-niet-in-behandeling
codes contains "casus-niet-in-behandeling" if {
	misplaced
	input.case.state in {"aangemeld", "afgewezen"}
}

# METADATA
# title: Er loopt geen gekoppelde casus op het andere spoor
# custom:
#   code: casus-niet-in-behandeling
codes contains "casus-niet-in-behandeling" if {
	data.sluis.claim.row.linked_active
	input.case.track in data.sluis.claim.row.track
	is_array(input.case.linked)
	count(linked_unknown) == 0
	not aligned(data.sluis.claim.row)
}

# METADATA
# title: De grondslag geldt niet meer als de casus in behandeling is
# custom:
#   code: geen-grondslag
codes contains "geen-grondslag" if {
	misplaced
	input.case.state == "in-behandeling"
}

# METADATA
# title: De casus is overgedragen aan de persoonsgerichte aanpak radicalisering
# custom:
#   article: WGS 2.31(13)
#   code: pga-overgedragen
codes contains "pga-overgedragen" if {
	misplaced
	input.case.state == "overgedragen-pga"
}

codes contains "pga-overgedragen" if {
	data.sluis.claim.row.pga
	is_array(input.case.linked)
	some other in input.case.linked
	other.state == "overgedragen-pga"
}

cited contains "pga" if "pga-overgedragen" in codes

# METADATA
# title: De casus voldoet niet aan de vier gronden voor aanmelding
# custom:
#   article: BGS 2.20
#   code: intakecriteria-ontbreken
codes contains "intakecriteria-ontbreken" if {
	data.sluis.claim.row.intake
	data.sluis.intake.unmet
}

cited contains "intake" if "intakecriteria-ontbreken" in codes

# METADATA
# title: Een feit dat deze trap nodig heeft, ontbreekt
# custom:
#   code: feit-ontbreekt
codes contains "feit-ontbreekt" if count(missing) > 0
