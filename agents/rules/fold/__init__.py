"""What a fact changes: everything that makes state from facts.

`rows` says which rows a fact changes, `evolve` what becomes of a lane.
"""
