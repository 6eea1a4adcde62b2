"""Sluis: a privacy-first data-sharing gateway. Where things live: README.md; how a request travels:
`exchange/pipeline.py`.
"""
