"""Whether a tenant's log still is what was recorded: computed anew, held against what the FG keeps, and remembered."""
