# METADATA
# title: De artikelen van een besluit
# description: Die van de grondslag, en die van elke trap die weigerde of een voorwaarde stelde.
package sluis.articles

import rego.v1

named := array.concat(data.sluis.claim.row.articles, [article |
	some subject in data.sluis.vocabulary.subjects
	subject in cited
	some article in data.sluis.claim.row.cites[subject]
	not article in data.sluis.claim.row.articles
])

# Where everything came through, only conditions name an article.
cited := (data.sluis.ladder.beroepsgeheim.cited | data.sluis.ladder.verstrekker.cited) | (data.sluis.ladder.bewaartermijn.cited | data.sluis.ladder.bezwaar.cited) if data.sluis.verdict.whole

cited := data.sluis.explanation.cited if not data.sluis.verdict.whole
