"""Do both books say the same, to the cent?  An examiner that shares no code with the engine.

It reads both sides through their own APIs and the journal from Kafka, and knows of the project
only `schemas`: what the engine gets wrong must not prove itself right here.
"""
