"""How does `isthmus` begin?  With its ear open: a Ctrl-C while it is being read is one as well."""

import os
import signal
from types import FrameType

from agents.cli.exit_status import ExitStatus


def main() -> None:
    """Run the command line of this process."""
    for sign in (signal.SIGINT, signal.SIGTERM):
        if signal.getsignal(sign) is not signal.SIG_IGN:
            signal.signal(sign, _end)
    # A third of a second of imports, within which nothing is under way.
    from agents.cli.main import main as begun  # noqa: PLC0415

    if signal.getsignal(signal.SIGINT) is _end:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    begun()


def _end(_signal: int, _frame: FrameType | None) -> None:
    """End at once: raised within an import, it would come out of it as whatever fault."""
    os._exit(ExitStatus.INTERRUPTED)
