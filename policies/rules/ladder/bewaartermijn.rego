package sluis.main

import rego.v1

# METADATA
# scope: document
# title: Bewaartermijn
# description: |
#   Gegevens worden vijf jaar na de eerste verwerking vernietigd; op die dag is de termijn voorbij. Daarna alleen met een
#   verlenging van telkens hoogstens twee jaar, als de casus nog aan de vier gronden voldoet en de bron instemt. Een gesloten
#   casus alleen bij hernieuwd gebruik, kort voor de termijn gesloten en met een hoog recidiverisico.
# custom:
#   article: WGS 1.8(7), BGS 1.16
bewaartermijn_open(row) if row.retention == null

bewaartermijn_open(row) if {
	row.retention == "wgs"
	row.renewal == false
	calendar_day < bewaartermijn_term
}

bewaartermijn_open(row) if {
	row.retention == "wgs"
	calendar_day >= bewaartermijn_term
	bewaartermijn_extended
	intake_met(input.case.intake)
	input.holder_statement.consents_to_onward == true
	bewaartermijn_usable(row)
}

bewaartermijn_usable(_) if {
	input.case.state in vocabulary.states
	input.case.state != "afgesloten"
}

bewaartermijn_usable(row) if {
	row.renewal == true
	input.case.state == "afgesloten"
	bewaartermijn_closed_lately
	input.circumstances.hoog_recidiverisico == true
}

# Closed before the term, and less than a year before it.
bewaartermijn_closed_lately if {
	calendar_is_date(input.case.closed_at)
	input.case.closed_at < bewaartermijn_term
	input.case.closed_at > calendar_years_later(bewaartermijn_term, -1)
}

# METADATA
# title: De dag waarop de bewaartermijn voorbij is
bewaartermijn_term := calendar_years_later(calendar_first_day, 5) if claim_row.retention == "wgs"

default bewaartermijn_over := false

bewaartermijn_over if calendar_day >= bewaartermijn_term

default bewaartermijn_extended := false

# An extension lasts at most two years, counted from the end of the term or of the last whole two years after it.
bewaartermijn_extended if {
	bewaartermijn_over
	calendar_is_date(input.case.extended_until)
	input.case.extended_until > calendar_day
	whole := calendar_years_between(bewaartermijn_term, calendar_day)
	input.case.extended_until <= calendar_years_later(bewaartermijn_term, (whole - (whole % 2)) + 2)
}

# METADATA
# title: De dag waarop de gegevens vernietigd moeten zijn
bewaartermijn_destroy_on := bewaartermijn_term if calendar_day < bewaartermijn_term

bewaartermijn_destroy_on := input.case.extended_until if {
	calendar_day >= bewaartermijn_term
	bewaartermijn_extended
}

bewaartermijn_missing := bewaartermijn_lacking | bewaartermijn_consent

bewaartermijn_lacking := (facts_absent(bewaartermijn_needed) | bewaartermijn_grounds) | bewaartermijn_closing

# A closed case is looked at only where one may be used again.
bewaartermijn_closing := {path |
	bewaartermijn_extended
	claim_row.renewal
	input.case.state == "afgesloten"
	some path in (bewaartermijn_unclosed | facts_absent([["circumstances", "hoog_recidiverisico"]]))
}

# Null says that no day of closing was recorded; absent says nothing.
bewaartermijn_unclosed := {"case.closed_at" | object.get(input.case, "closed_at", {"absent"}) == {"absent"}}

bewaartermijn_needed := {["case", "first_processed_at"] | claim_row.retention == "wgs"} | (bewaartermijn_prolonged | {["holder_statement"] | bewaartermijn_extended})

# Null says that no extension was recorded; absent says nothing.
bewaartermijn_prolonged := {["case", "extended_until"] | bewaartermijn_over; object.get(input.case, "extended_until", {"absent"}) == {"absent"}}

bewaartermijn_consent := {path | bewaartermijn_extended; some path in facts_unsaid("consents_to_onward")}

bewaartermijn_grounds := {path | bewaartermijn_extended; some path in intake_missing}

# METADATA
# title: De bewaartermijn is voorbij zonder geldige verlenging
# custom:
#   article: WGS 1.8(7)
#   code: bewaartermijn-verstreken
bewaartermijn_codes contains "bewaartermijn-verstreken" if {
	bewaartermijn_over
	not bewaartermijn_extended
	count(bewaartermijn_prolonged) == 0
}

# METADATA
# title: Na de termijn is er over een gesloten casus niets meer, ook niet met een verlenging
# custom:
#   article: WGS 1.8(7)
#   code: bewaartermijn-verstreken
bewaartermijn_codes contains "bewaartermijn-verstreken" if {
	bewaartermijn_over
	claim_row.renewal == false
	input.case.state == "afgesloten"
}

# METADATA
# title: De gesloten casus voldoet niet aan de eisen voor hernieuwd gebruik
# custom:
#   article: BGS 1.16(3)
#   code: bewaartermijn-verstreken
bewaartermijn_codes contains "bewaartermijn-verstreken" if {
	bewaartermijn_extended
	claim_row.renewal
	input.case.state == "afgesloten"
	count(bewaartermijn_closing) == 0
	not bewaartermijn_usable(claim_row)
}

# METADATA
# title: Voor de termijn is er niets te hernieuwen
# custom:
#   article: WGS 1.8(7)
#   code: geen-grondslag
bewaartermijn_codes contains "geen-grondslag" if {
	claim_row.renewal
	calendar_day < bewaartermijn_term
}

# METADATA
# title: De casus voldoet niet meer aan de vier gronden voor verlenging
# custom:
#   article: BGS 1.16(2)
#   code: intakecriteria-ontbreken
bewaartermijn_codes contains "intakecriteria-ontbreken" if {
	bewaartermijn_extended
	intake_unmet
}

# METADATA
# title: De bron stemt niet in met gebruik na de bewaartermijn
# custom:
#   article: WGS 1.8(7)
#   code: instemming-verstrekker-ontbreekt
bewaartermijn_codes contains "instemming-verstrekker-ontbreekt" if {
	bewaartermijn_extended
	is_object(input.holder_statement)
	object.get(input.holder_statement, "consents_to_onward", null) in {false, null}
}

# METADATA
# title: Een feit dat deze trap nodig heeft, ontbreekt
# custom:
#   code: feit-ontbreekt
bewaartermijn_codes contains "feit-ontbreekt" if count(bewaartermijn_lacking) > 0

# Use after the term stands on the extension, so the answer names it.
bewaartermijn_stands_on(row) := {"retention" |
	row.retention == "wgs"
	calendar_day >= bewaartermijn_term
	bewaartermijn_extended
}

bewaartermijn_cited contains "retention" if "bewaartermijn-verstreken" in bewaartermijn_codes

bewaartermijn_cited contains "renewal-intake" if "intakecriteria-ontbreken" in bewaartermijn_codes

bewaartermijn_cited contains "renewal-onward" if "instemming-verstrekker-ontbreekt" in bewaartermijn_codes
