"""What shows and measures Isthmus: the demo, the bench, the local Kafka.

It composes the product as a user would; nothing of the product imports it, and of the command line
only `demo`, `bench` and `broker`.
"""
