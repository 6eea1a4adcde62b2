"""Honest simulators of the ports, and the servers that a test needs on loopback: no mocks of our own code."""
