package sluis.main

import rego.v1

# METADATA
# scope: document
# title: De artikelen van een besluit
# description: Die van de grondslag, en die van elke trap die weigerde of een voorwaarde stelde.

# METADATA
# title: De artikelen waarop een verlening staat
articles_of_grant(row) := array.concat(row.articles, [article |
	some subject in articles_conditions(row)
	some article in row.cites[subject]
	not article in row.articles
])

# METADATA
# title: De artikelen van een besluit dat iets tegenhoudt
articles_of_refusal(row) := explanation_unique(array.concat(row.articles, [article |
	named := explanation_cited | {condition | some condition in articles_conditions(row)}
	some subject in vocabulary.subjects
	subject in named
	some article in row.cites[subject]
]))

# An exception, a condition of the holder, the authority, an extension, an objection that was weighed: by ladder.
articles_conditions(row) := [subject |
	some subjects in [
		beroepsgeheim_stands_on(row),
		verstrekker_stands_on(row),
		bewaartermijn_stands_on(row),
		bezwaar_stands_on(row),
	]
	some subject in subjects
]
