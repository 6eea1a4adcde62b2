"""The contract of the command line and of the two engines: facts in, decision out, the same bytes."""
