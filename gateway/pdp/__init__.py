"""The decision point: policies in, decisions out. The only room that knows a policy engine."""
