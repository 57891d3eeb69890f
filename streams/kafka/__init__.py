"""Our own Kafka clients: a log to write and follow, partitions by offset, how far a group is.

Nothing in here decides anything; `outbox` sends.
"""
