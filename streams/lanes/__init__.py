"""One lane per key: strictly in order inside, in parallel across.

Reading order: `lanes`, `partitions`, `fair_scheduler` (whose turn), `lane_executor` (its work).
"""
