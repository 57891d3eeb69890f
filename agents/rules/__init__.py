"""What is decided: pure functions, facts in, decisions out; no I/O, no clock, no randomness.

What differs from kind to kind stands in `kinds`, one file each; `documents` is the same for all.
"""
