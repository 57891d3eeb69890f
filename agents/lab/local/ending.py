"""How does all end that was started, when whoever waits presses Ctrl-C again?

The first one begins the end, which takes seconds: each process is asked before it is killed.  A
second one would cancel just that, and leave what runs in sessions of its own running for ever.
"""

import signal
from collections.abc import Iterator
from contextlib import contextmanager

#: A terminal that is closed says so, some shells twice.
SIGNS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextmanager
def to_its_end() -> Iterator[None]:
    """Let no signal that ends this process cut short what is done in here."""
    before = [(sign, signal.signal(sign, signal.SIG_IGN)) for sign in SIGNS]
    try:
        yield
    finally:
        for sign, handler in before:
            signal.signal(sign, handler)
