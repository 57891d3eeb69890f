"""Which rights does a worker need on Kafka?  Asked for before it starts.

The page of rights (deploy/acls.md) has them too, with everybody else's; a test holds them equal.
"""

from collections.abc import Mapping

from streams.kafka.rights import Right
from streams.topics import (
    COVERAGE,
    DEAD_LETTERS,
    INTAKE,
    JOURNAL,
    LOCKOUTS,
    MAPPINGS,
    MEDIAOS_CHANGES,
    PUSHES,
    QUICKBOOKS_CHANGES,
    QUICKBOOKS_NOTICES,
    REQUESTS,
    SETTINGS,
)

READ, WRITE = frozenset({Right.READ}), frozenset({Right.WRITE})

WORKER: Mapping[str, frozenset[Right]] = {
    MEDIAOS_CHANGES.name: READ,
    QUICKBOOKS_NOTICES.name: READ | WRITE,
    QUICKBOOKS_CHANGES.name: READ | WRITE,
    INTAKE.name: READ | WRITE,
    JOURNAL.name: READ | WRITE,
    REQUESTS.name: READ | WRITE,
    PUSHES.name: READ,
    LOCKOUTS.name: READ | WRITE,
    SETTINGS.name: WRITE,
    MAPPINGS.name: WRITE,
    COVERAGE.name: READ | WRITE,
    DEAD_LETTERS.name: WRITE,
}
