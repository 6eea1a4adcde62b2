"""Frozen values that cross the rooms: no input or output, no framework, no clock. Everything here may be imported from
anywhere.
"""
