"""Which rights does who need on Kafka?  A worker asks for its own before it starts.

The page of rights (deploy/acls.md) has them too, with everybody else's; a test holds them equal.
"""

from collections.abc import Mapping

from streams.kafka.rights import Right
from streams.topics import (
    CALLS,
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
    aside_of,
)

READ, WRITE = frozenset({Right.READ}), frozenset({Right.WRITE})
CONFIGS, DESCRIBE = frozenset({Right.DESCRIBE_CONFIGS}), frozenset({Right.DESCRIBE})

#: Who may not see it would take half a journal for the whole while that is rewritten; a topic that
#: is not there is seen by whoever has the right.
REWRITTEN = aside_of(JOURNAL.name)

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
    CALLS.name: WRITE,
    DEAD_LETTERS.name: WRITE,
    REWRITTEN: DESCRIBE,
}

GATEWAY: Mapping[str, frozenset[Right]] = {
    QUICKBOOKS_NOTICES.name: WRITE,
    MEDIAOS_CHANGES.name: WRITE,
    REQUESTS.name: WRITE,
    JOURNAL.name: READ,
    COVERAGE.name: READ,
    CALLS.name: READ,
    DEAD_LETTERS.name: READ | WRITE,
}
#: What of a gateway's its console alone reads, or gives back.
OF_CONSOLE = frozenset({JOURNAL.name, COVERAGE.name, CALLS.name, DEAD_LETTERS.name})

OPERATOR: Mapping[str, frozenset[Right]] = {
    MEDIAOS_CHANGES.name: READ | WRITE | CONFIGS,
    QUICKBOOKS_NOTICES.name: READ | WRITE | CONFIGS,
    QUICKBOOKS_CHANGES.name: READ | WRITE | CONFIGS,
    INTAKE.name: READ | WRITE | CONFIGS,
    JOURNAL.name: READ | CONFIGS,
    REQUESTS.name: READ | WRITE | CONFIGS,
    PUSHES.name: READ | WRITE | CONFIGS,
    LOCKOUTS.name: READ | WRITE | CONFIGS,
    SETTINGS.name: DESCRIBE | CONFIGS,
    MAPPINGS.name: DESCRIBE | CONFIGS,
    COVERAGE.name: READ | CONFIGS,
    CALLS.name: READ | CONFIGS,
    DEAD_LETTERS.name: READ | WRITE | CONFIGS,
    REWRITTEN: DESCRIBE,
}

NEEDS = {"worker": WORKER, "gateway": GATEWAY, "operator": OPERATOR}


def needs_of(role: str, *, console: bool) -> Mapping[str, frozenset[Right]]:
    """Return what a role needs, by topic; a gateway whose console is off reads nothing."""
    spared = OF_CONSOLE if role == "gateway" and not console else frozenset()
    return {topic: rights for topic, rights in NEEDS[role].items() if topic not in spared}
