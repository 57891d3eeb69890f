"""Every way out to Kafka: confirmed and in order, until it is there, and on disk meanwhile."""
