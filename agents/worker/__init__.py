"""One stream worker: composed, owning partitions, watched.

In come the settings and the partitions that Kafka assigns.  Doors: `compose`, which makes a worker
of its `ports`, and `worker`, which runs one on Kafka and HTTP.  Only the command line and the
laboratory import it.
"""
