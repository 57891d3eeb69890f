"""What is decided: pure functions, facts in, decisions out; no I/O, no clock, no randomness."""
