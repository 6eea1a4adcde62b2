# METADATA
# title: What may be asked of OPA
# description: The one decision, whether OPA lives, and what it holds, which the gateway compares with its own policies
#   before it asks. Nothing can be written or queried over its socket.
package system.authz

import rego.v1

default allow := false

allow if {
	input.method == "POST"
	input.path == ["v1", "data", "sluis", "main", "decision"]
}

allow if {
	input.method == "GET"
	concat("/", input.path) in {"health", "v1/policies", "v1/data"}
}
