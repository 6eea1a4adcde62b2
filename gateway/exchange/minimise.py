"""Fifth step, pure: what was found is held against what was granted. A holder that gives more is at fault, and
nothing of its answer is kept.
"""

from gateway.errors import Fault
from gateway.model.decision import Decision
from gateway.model.disclosure import Found, Payload


def minimise(found: Found, decision: Decision) -> Payload:
    """At most the granted fields, in the order asked; a granted field that the holder does not have is left out."""
    granted = decision.granted
    if not found.values.keys() <= set(granted):
        raise Fault("holder-invalid", log="more fields than were granted")
    return Payload({name: found.values[name] for name in granted if name in found.values})
