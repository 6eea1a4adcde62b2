"""The whole gateway as processes, made to fail from outside: killed, starved, lied to, cut off from its keys."""
