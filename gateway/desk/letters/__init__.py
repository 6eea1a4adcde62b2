"""The letter that answers a request for access: one text, laid out as PDF, as a page of its own and as JSON."""
