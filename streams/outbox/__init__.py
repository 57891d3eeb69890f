"""Every way out to Kafka: confirmed and in order, until it is there, and on disk meanwhile.

And the two ways to people, `mail` and `webhook`, which both are tried so often as `patience` says.
"""
