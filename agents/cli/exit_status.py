"""With which status does a command end?  One table, for all of them."""

from enum import IntEnum


class ExitStatus(IntEnum):
    """What a script goes by; a command that has more to say says it in --json."""

    DONE = 0
    NO = 1
    NOT_ASKED = 2
    WAITS = 3
    DIFFERS = 4
    STUCK = 70
    INTERRUPTED = 130


MEANING = {
    ExitStatus.DONE: "done; or nothing is wrong",
    ExitStatus.NO: "refused, or not done; or what was looked at is not right",
    ExitStatus.NOT_ASKED: "the command line is wrong; or a ledger could not be read",
    ExitStatus.WAITS: "taken, and something waits; or the ledgers agree but for what waits",
    ExitStatus.DIFFERS: "the ledgers differ, for no reason that is known",
    ExitStatus.STUCK: "a worker did not stop in time, and ended itself",
    ExitStatus.INTERRUPTED: "interrupted (Ctrl-C), told to end (SIGTERM), or its terminal closed",
}


def table() -> str:
    """Return the list as a table in Markdown, for deploy/operating.md."""
    rows = (f"| {status.value} | {meaning} |" for status, meaning in MEANING.items())
    return "\n".join(("| Exit status | That is |", "|---|---|", *rows))
