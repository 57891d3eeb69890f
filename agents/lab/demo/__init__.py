"""A publisher's day on a real Kafka: what people do, what goes wrong, and whether it came right.

Everything that runs is a process of its own, as it would be deployed; the demo only plays the
people, the faults and the operator.
"""
