"""Which agents does a worker have, and which topics does each follow?"""

from streams.faust.app import Agent
from streams.topics import (
    INTAKE,
    LOCKOUTS,
    MEDIAOS_CHANGES,
    PUSHES,
    QUICKBOOKS_CHANGES,
    QUICKBOOKS_NOTICES,
)

AGENTS = (
    Agent(
        name="intake",
        topics=(MEDIAOS_CHANGES.name, QUICKBOOKS_CHANGES.name),
        about="Validate the changes of both sides and merge them into the intake.",
    ),
    Agent(
        name="hydrate",
        topics=(QUICKBOOKS_NOTICES.name,),
        about="Read what QuickBooks' notices are about.",
    ),
    Agent(
        name="sync",
        topics=(INTAKE.name,),
        about="Keep each customer's documents in step, one lane a customer.",
    ),
    Agent(
        name="pushes",
        topics=(PUSHES.name,),
        about="Pass on the pushes of services, and bury whatever else they ask for.",
    ),
    Agent(
        name="lockouts",
        topics=(LOCKOUTS.name,),
        about="Pass on what somebody else asks for: a lockout, or its release.",
    ),
)
