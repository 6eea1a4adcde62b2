"""One file a topic. A handler takes a request and gives a response, or raises what `problems.py` maps."""

from gateway.api.routes.table import Handler, Table

__all__ = ["Handler", "Table"]
