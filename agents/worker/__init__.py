"""One stream worker: composed, owning partitions, watched.

In come the settings and the partitions that Kafka assigns.  Door: `worker`, which composes it;
`engine` is the same worker on ports alone.  Only the command line and the laboratory import it.
"""
