"""What deserves a look, found by rules that a person understands: each its own file, pure over what a week held."""
