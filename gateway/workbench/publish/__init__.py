"""Signing policies, and the only way by which they come to decide: built, signed, verified, kept, published."""
