# METADATA
# title: Kalender
# description: |
#   Datums zijn echte kalenderdagen in de vorm JJJJ-MM-DD en worden als tekst vergeleken; tijdstippen zijn RFC 3339
#   met een offset. Het beleid leest nooit de klok: de rechtsdag is de datum zoals die in `at` geschreven staat.
package sluis.calendar

import rego.v1

# METADATA
# title: De rechtsdag
day := substring(input.at, 0, 10) if is_moment(input.at)

# METADATA
# title: De dag waarop de tekst van een grondslag wordt gekozen
# description: Zonder bruikbare rechtsdag is dat de laatste tekst; weigeren doet het document dan al.
default reading_day := "9999-12-31"

reading_day := day

# RFC 3339: a day, T, a time of day, and an offset.
is_moment(text) if {
	is_string(text)
	text > "0001"
	regex.match(concat("", ["^", real_day, "T", time_of_day, "$"]), text)
}

is_date(text) if {
	is_string(text)
	text > "0001"
	regex.match(concat("", ["^", real_day, "$"]), text)
}

# Months of 31, of 30, February, and 29 February in the years that have one.
real_day := concat("", [
	`([0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))`,
	`|([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-02-29)`,
])

time_of_day := `([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]+)?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])`

# METADATA
# title: Dezelfde dag, een aantal jaren later
# description: 29 februari wordt 28 februari. De tekst moet een datum zijn.
years_later(date, years) := concat("-", [padded, month_and_day(date)]) if {
	digits := concat("", ["000", format_int(year(date) + years, 10)])
	padded := substring(digits, count(digits) - 4, 4)
}

month_and_day(date) := substring(date, 5, 5) if not endswith(date, "-02-29")

month_and_day(date) := "02-28" if endswith(date, "-02-29")

# METADATA
# title: Hele jaren tussen twee dagen
years_between(first, last) := (year(last) - year(first)) - before_the_day(first, last)

before_the_day(first, last) := 1 if substring(last, 5, 5) < substring(first, 5, 5)

before_the_day(first, last) := 0 if substring(last, 5, 5) >= substring(first, 5, 5)

# The 1 in front keeps 0987 a number in both engines.
year(date) := to_number(concat("", ["1", substring(date, 0, 4)])) - 10000
