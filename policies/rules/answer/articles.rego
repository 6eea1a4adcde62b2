# METADATA
# title: De artikelen van een besluit
# description: Die van de grondslag, en die van elke trap die weigerde of een voorwaarde stelde.
package sluis.articles

import rego.v1

# METADATA
# title: De artikelen waarop een verlening staat
of_grant(row) := array.concat(row.articles, [article |
	some subject in conditions(row)
	some article in row.cites[subject]
	not article in row.articles
])

# METADATA
# title: De artikelen van een besluit dat iets tegenhoudt
of_refusal(row) := data.sluis.explanation.unique(array.concat(row.articles, [article |
	named := data.sluis.explanation.cited | {condition | some condition in conditions(row)}
	some subject in data.sluis.vocabulary.subjects
	subject in named
	some article in row.cites[subject]
]))

# An exception, a condition of the holder, the authority, an extension, an objection that was weighed: by ladder.
conditions(row) := array.concat(
	array.concat(data.sluis.ladder.beroepsgeheim.stands_on(row), data.sluis.ladder.verstrekker.stands_on(row)),
	array.concat(data.sluis.ladder.bewaartermijn.stands_on(row), data.sluis.ladder.bezwaar.stands_on(row)),
)
