"""A region of organisations, cases and people who do not exist, their keys, and a holder that speaks for them."""
