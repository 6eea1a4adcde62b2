"""Holding the log against what was counted outside it, here and at the parties: did anything pass without a record?"""
