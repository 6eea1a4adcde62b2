package sluis.main

import rego.v1

# METADATA
# scope: document
# title: Feiten lezen
# description: |
#   Afwezig is onbekend en nooit toegestaan. Niets hier geeft iets vrij: deze regels zoeken alleen op wat er is, en
#   noemen wat er niet is. Elke ingebouwde functie staat achter een controle van het type.

# METADATA
# title: De gevraagde velden
default facts_fields := []

facts_fields := input.fields if is_array(input.fields)

default facts_participants := []

facts_participants := input.case.participants if is_array(input.case.participants)

# METADATA
# title: Een van de drie organisaties van een verzoek
facts_organisation("requester") := input.requester.organisation

facts_organisation("recipient") := input.recipient

facts_organisation("holder") := input.holder

facts_filled(text) if {
	is_string(text)
	trim_space(text) != ""
}

# METADATA
# title: Dezelfde organisatie
# description: Gelijk nummer en gelijke soort.
facts_same(one, other) if {
	one.oin == other.oin
	one.kind == other.kind
	is_string(one.kind)
	is_string(one.oin)
	trim_space(one.oin) != ""
}

# METADATA
# title: Een lid dat er niet is
# description: Afwezig of null; een object dat zelf geen object is, mist niets dat nog gevraagd kan worden.
facts_lacks(object_, key) if {
	is_object(object_)
	object.get(object_, key, null) == null
}

# METADATA
# title: Een tekst die er niet is
# description: Ook een lege tekst zegt niets.
facts_lacks_text(object_, key) if facts_lacks(object_, key)

facts_lacks_text(object_, key) if {
	is_object(object_)
	is_string(object_[key])
	trim_space(object_[key]) == ""
}

# METADATA
# title: Wat de bron niet gezegd heeft
# description: Met null is gezegd dat het niet gegeven is. Alleen wat er niet staat, kan nog gevraagd worden.
facts_unsaid(member) := {concat(".", ["holder_statement", member]) |
	is_object(input.holder_statement)
	object.get(input.holder_statement, member, {"absent"}) == {"absent"}
}

# METADATA
# title: De kortste paden die ontbreken
# description: Van elk gevraagd pad het eerste stuk dat er niet is. Een feit dat er verkeerd staat, ontbreekt niet.
facts_absent(paths) := {name |
	is_object(facts_document)
	some path in paths
	object.get(facts_document, path, null) == null
	name := facts_shortest(path)
}

facts_shortest(path) := path[0] if facts_lacks(facts_document, path[0])

facts_shortest(path) := concat(".", array.slice(path, 0, 2)) if facts_lacks(facts_document[path[0]], path[1])

facts_shortest(path) := concat(".", path) if facts_lacks(facts_document[path[0]][path[1]], path[2])

# METADATA
# title: De kortste paden van teksten die ontbreken of leeg zijn
facts_absent_texts(paths) := facts_absent(paths) | {concat(".", path) |
	is_object(facts_document)
	some path in paths
	text := object.get(facts_document, path, null)
	is_string(text)
	trim_space(text) == ""
}

# No document at all is one in which everything is absent; a document of another type misses nothing.
default facts_document := {}

facts_document := input if is_object(input)

facts_document := type_name(input) if type_name(input) in {"array", "boolean", "number", "string"}
