"""The API description (OpenAPI 3.1), written by hand in YAML and spoken in two languages."""

from gateway.api.openapi.document import components, describe

__all__ = ["components", "describe"]
