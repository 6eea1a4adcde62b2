"""Every code with its words: what the API, the desk, the command line and the reference pages all read."""

from gateway.catalogue.catalogue import Catalogue, Code, Kind, Text, UnknownCode

__all__ = ["Catalogue", "Code", "Kind", "Text", "UnknownCode"]
