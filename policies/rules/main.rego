# METADATA
# title: Het besluit
# description: |
#   Feiten gaan erin, één besluit komt eruit; er is altijd een besluit, wat er ook in gaat. Alleen een positieve keten over
#   de hele ladder verleent.
# entrypoint: true
package sluis.main

import rego.v1

decision := data.sluis.decision
