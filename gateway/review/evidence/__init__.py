"""Evidence of records, as a package that stands by itself: proofs, policies, words, and what checks them."""
