"""Stories over both simulators and all agents, with nothing simulated but Kafka and time."""
