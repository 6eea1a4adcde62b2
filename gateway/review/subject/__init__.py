"""The subject access report (AVG 15): who asked for somebody's data, who got them, and why, as the contactpunt answers
it (BGS 1.1-1.2).

Rules:
- Who the report is about is typed once and kept nowhere: what is kept is which records were found.
- Every step is appended to the audit stream; where a report stands is folded out of its steps, and never written down.
- What is not shown is counted.
"""
