"""A whole installation of Isthmus for one test: both sides simulated, gateway, workers, Kafka."""
