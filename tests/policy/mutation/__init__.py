"""Mutation testing of the policies: small wrong changes, and whether the tests see them (`make mutants`)."""
