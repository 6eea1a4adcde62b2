"""Witnesses: others who sign that they saw a checkpoint, and that each one only added to the one before."""
