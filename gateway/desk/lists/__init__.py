"""A list of records on screen: what its URL asks for, what may be chosen, its words, and how it is taken along."""
