"""What surrounds every route, from the outside in: identity and headers, errors, rate, size and time. Pure ASGI."""

from gateway.api.middleware.edge import Edge
from gateway.api.middleware.errors import ErrorsToProblems
from gateway.api.middleware.limits import Limits
from gateway.api.middleware.rate import Rate

__all__ = ["Edge", "ErrorsToProblems", "Limits", "Rate"]
