"""Real Kafka on a developer's machine: one node on the loopback, for demo and tests only."""
