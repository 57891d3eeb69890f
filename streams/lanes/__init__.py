"""One lane per key: strictly in order inside, in parallel across.

Reading order: `lanes`, `partitions`, `partition_gate` (shut and opened), `late_wakes` (a lane looks
again by itself), `fair_scheduler` (whose turn), `lane_executor` (its work).
"""
