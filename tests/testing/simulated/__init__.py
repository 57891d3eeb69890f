"""The world of streams/ports.py without Kafka and without waiting, for tests of the engine."""
