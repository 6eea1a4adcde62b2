"""What `gateway policy` can do: one module a command, each with `add(subparsers)`, as in the package above."""
