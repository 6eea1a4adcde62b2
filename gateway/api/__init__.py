"""What partners meet: JSON over HTTP, problem documents, and pages that load nothing from elsewhere."""

from gateway.api.api import create_api
from gateway.api.context import authenticated
from gateway.api.services import Services

__all__ = ["Services", "authenticated", "create_api"]
