# METADATA
# title: What may be asked of OPA
# description: The one decision and whether OPA lives; no policy, data or other path can be read or written over its socket.
package system.authz

import rego.v1

default allow := false

allow if {
	input.method == "POST"
	input.path == ["v1", "data", "sluis", "main", "decision"]
}

allow if {
	input.method == "GET"
	input.path == ["health"]
}
