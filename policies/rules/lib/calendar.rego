package sluis.main

import rego.v1

# METADATA
# scope: document
# title: Kalender
# description: |
#   Datums zijn echte kalenderdagen in de vorm JJJJ-MM-DD en worden als tekst vergeleken; tijdstippen zijn RFC 3339
#   met een offset. Het beleid leest nooit de klok: de rechtsdag is de datum zoals die in `at` geschreven staat.

# METADATA
# title: De rechtsdag
# description: RFC 3339, een echte dag, een tijdstip en een offset; de dag is die zoals geschreven.
calendar_day := substring(input.at, 0, 10) if {
	is_string(input.at)
	input.at > "0001"
	regex.match(`^([0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))|([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-02-29)T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]+)?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$`, input.at)
}

# METADATA
# title: De dag van de eerste verwerking
calendar_first_day := text if {
	text := input.case.first_processed_at
	is_string(text)
	text > "0001"
	regex.match(`^([0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))|([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-02-29)$`, text)
}

# METADATA
# title: Een echte kalenderdag
# description: Maanden van 31, van 30, februari, en 29 februari in de jaren die hem hebben.
calendar_is_date(text) if {
	is_string(text)
	text > "0001"
	regex.match(`^([0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))|([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-02-29)$`, text)
}

# METADATA
# title: Dezelfde dag, een aantal jaren later
# description: 29 februari wordt 28 februari. De tekst moet een datum zijn.
calendar_years_later(date, years) := concat("", [
	substring(format_int(calendar_year(date) + years, 10), 1, 4),
	replace(substring(date, 4, 6), "-02-29", "-02-28"),
])

# METADATA
# title: Hele jaren tussen twee dagen
calendar_years_between(first, last) := (calendar_year(last) - calendar_year(first)) - calendar_before_the_day(first, last)

calendar_before_the_day(first, last) := 1 if substring(last, 5, 5) < substring(first, 5, 5)

calendar_before_the_day(first, last) := 0 if substring(last, 5, 5) >= substring(first, 5, 5)

# The 1 in front keeps the zeros of 0987; differences do not see it.
calendar_year(date) := to_number(concat("", ["1", substring(date, 0, 4)]))
