# METADATA
# title: Bijzondere route
# description: |
#   Doorgeven buiten de betrokken deelnemers vraagt meer: instemming van de bron en toetsing. Een grondslag zonder zo'n route
#   gaat hier door; een grondslag met een route waarvoor geen regel bestaat, niet.
# custom:
#   article: WGS 1.7
package sluis.ladder.bijzondere_route

import rego.v1

open(row) if {
	row.onward == null
	row.third == null
}
