# METADATA
# title: Bewaartermijn
# description: |
#   Gegevens worden vijf jaar na de eerste verwerking vernietigd; op die dag is de termijn voorbij. Daarna alleen met een
#   verlenging van telkens hoogstens twee jaar, als de casus nog aan de vier gronden voldoet en de bron instemt. Een gesloten
#   casus alleen bij hernieuwd gebruik, kort voor de termijn gesloten en met een hoog recidiverisico.
# custom:
#   article: WGS 1.8(7), BGS 1.16
package sluis.ladder.bewaartermijn

import rego.v1

open(row) if row.retention == null

open(row) if {
	row.retention == "wgs"
	row.renewal == false
	data.sluis.calendar.day < term
}

open(row) if {
	row.retention == "wgs"
	data.sluis.calendar.day >= term
	extended
	data.sluis.intake.met(input.case.intake)
	input.holder_statement.consents_to_onward == true
	usable(row)
}

usable(_) if {
	input.case.state in data.sluis.vocabulary.states
	input.case.state != "afgesloten"
}

usable(row) if {
	row.renewal == true
	input.case.state == "afgesloten"
	closed_lately
	input.circumstances.hoog_recidiverisico == true
}

# Closed before the term, and less than a year before it.
closed_lately if {
	data.sluis.calendar.is_date(input.case.closed_at)
	input.case.closed_at < term
	input.case.closed_at > data.sluis.calendar.years_later(term, -1)
}

# METADATA
# title: De dag waarop de bewaartermijn voorbij is
term := data.sluis.calendar.years_later(data.sluis.calendar.first_day, 5) if data.sluis.claim.row.retention == "wgs"

default over := false

over if data.sluis.calendar.day >= term

default extended := false

# An extension lasts at most two years, counted from the end of the term or of the last whole two years after it.
extended if {
	over
	data.sluis.calendar.is_date(input.case.extended_until)
	input.case.extended_until > data.sluis.calendar.day
	whole := data.sluis.calendar.years_between(term, data.sluis.calendar.day)
	input.case.extended_until <= data.sluis.calendar.years_later(term, (whole - (whole % 2)) + 2)
}

# METADATA
# title: De dag waarop de gegevens vernietigd moeten zijn
destroy_on := term if data.sluis.calendar.day < term

destroy_on := input.case.extended_until if {
	data.sluis.calendar.day >= term
	extended
}

missing := lacking | consent

lacking := (data.sluis.facts.absent(needed) | grounds) | closing

# A closed case is looked at only where one may be used again.
closing := {path |
	extended
	data.sluis.claim.row.renewal
	input.case.state == "afgesloten"
	some path in (unclosed | data.sluis.facts.absent([["circumstances", "hoog_recidiverisico"]]))
}

# Null says that no day of closing was recorded; absent says nothing.
unclosed := {"case.closed_at" | object.get(input.case, "closed_at", {"absent"}) == {"absent"}}

needed := {["case", "first_processed_at"] | data.sluis.claim.row.retention == "wgs"} | (prolonged | {["holder_statement"] | extended})

# Null says that no extension was recorded; absent says nothing.
prolonged := {["case", "extended_until"] | over; object.get(input.case, "extended_until", {"absent"}) == {"absent"}}

consent := {path | extended; some path in data.sluis.facts.unsaid("consents_to_onward")}

grounds := {path | extended; some path in data.sluis.intake.missing}

# METADATA
# title: De bewaartermijn is voorbij zonder geldige verlenging
# custom:
#   article: WGS 1.8(7)
#   code: bewaartermijn-verstreken
codes contains "bewaartermijn-verstreken" if {
	over
	not extended
	count(prolonged) == 0
}

codes contains "bewaartermijn-verstreken" if {
	over
	data.sluis.claim.row.renewal == false
	input.case.state == "afgesloten"
}

codes contains "bewaartermijn-verstreken" if {
	extended
	data.sluis.claim.row.renewal
	input.case.state == "afgesloten"
	count(closing) == 0
	not usable(data.sluis.claim.row)
}

# METADATA
# title: Voor de termijn is er niets te hernieuwen
# custom:
#   article: WGS 1.8(7)
#   code: geen-grondslag
codes contains "geen-grondslag" if {
	data.sluis.claim.row.renewal
	data.sluis.calendar.day < term
}

# METADATA
# title: De casus voldoet niet meer aan de vier gronden voor verlenging
# custom:
#   article: BGS 1.16(2)
#   code: intakecriteria-ontbreken
codes contains "intakecriteria-ontbreken" if {
	extended
	data.sluis.intake.unmet
}

# METADATA
# title: De bron stemt niet in met gebruik na de bewaartermijn
# custom:
#   article: WGS 1.8(7)
#   code: instemming-verstrekker-ontbreekt
codes contains "instemming-verstrekker-ontbreekt" if {
	extended
	is_object(input.holder_statement)
	object.get(input.holder_statement, "consents_to_onward", null) in {false, null}
}

# METADATA
# title: Een feit dat deze trap nodig heeft, ontbreekt
# custom:
#   code: feit-ontbreekt
codes contains "feit-ontbreekt" if count(lacking) > 0

# Use after the term stands on the extension, so the answer names it.
stands_on(row) := ["retention" |
	row.retention == "wgs"
	data.sluis.calendar.day >= term
	extended
]

cited contains "retention" if "bewaartermijn-verstreken" in codes

cited contains "renewal-intake" if "intakecriteria-ontbreken" in codes

cited contains "renewal-onward" if "instemming-verstrekker-ontbreekt" in codes
