"""What `gateway log` can do: one module a command, each with `add(subparsers)`, as in the package above.

A module whose name begins with `_` is no command, but what several commands share.
"""
