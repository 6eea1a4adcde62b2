"""The reference: one static page a basis, a reason code and an obligation, in Dutch and in English.

Rules: pages are made of what decides (the dated files, the METADATA of the rules) and of what is shown elsewhere (the
catalogue, the cases), so nothing is told twice; the same sources give the same bytes, whatever the day; no script, no
request to elsewhere. Terms of the law, summaries and titles of cases stay Dutch and say so (`lang`).
"""

from gateway.workbench.reference.library import differences, make, write
from gateway.workbench.reference.sources import Sources

__all__ = ["Sources", "differences", "make", "write"]
