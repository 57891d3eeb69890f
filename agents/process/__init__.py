"""What every process of ours has: a clock, a log, metrics and health, its clients of both sides.

Nothing in here knows a document or a lane, and nothing in here imports another room of agents.
"""
