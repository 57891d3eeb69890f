"""Why something waits, and how it goes on: lockouts, suspensions, and the lanes that wait.

In come the faults of sides and the requests of people.  Out go facts in the journal, each with an
end or with what ends it, and requests to the tenant's own lane.  The worker composes it; the
agents ask it.
"""
