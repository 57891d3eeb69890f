"""What ends a command from outside: Ctrl-C, and as if it were one SIGTERM and a closed terminal."""

import os
import signal
import sys
from contextlib import suppress
from functools import partial
from threading import Timer
from types import FrameType

#: Longer than Python is in whatever swallowed a Ctrl-C.
AGAIN_SECONDS = 0.05


def heed_signals() -> None:
    """Have all end this process, wherever it is, and without a word of Python's own."""
    # As a container's first process nothing else would have it heed one.
    signal.signal(signal.SIGTERM, _told_to_end)
    # The kernel would end it at once, and what it started would run on; under nohup it goes on.
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        signal.signal(signal.SIGHUP, _told_to_end)
    sys.unraisablehook = _come_again


def told_to_end(fault: BaseException) -> bool:
    """Tell whether a fault is what a Ctrl-C became within whatever tells each fault as its own."""
    while fault.__cause__ is not None:
        fault = fault.__cause__
    return isinstance(fault, KeyboardInterrupt)


def _told_to_end(_signal: int, _frame: FrameType | None) -> None:
    """End as at Ctrl-C, also where whoever started this process has that ignored."""
    if callable(signal.getsignal(signal.SIGINT)):
        signal.raise_signal(signal.SIGINT)
    else:
        raise KeyboardInterrupt


def _come_again(told: "sys.UnraisableHookArgs") -> None:
    """Send a Ctrl-C again that Python swallowed: nothing leaves a destructor or a callback of one.

    Who pressed it would see a traceback, and a command that goes on.
    """
    if not issubclass(told.exc_type, KeyboardInterrupt):
        sys.__unraisablehook__(told)
        return
    again = Timer(AGAIN_SECONDS, partial(os.kill, os.getpid(), signal.SIGINT))
    again.daemon = True
    # At the interpreter's own end no thread starts any more, and none is needed.
    with suppress(RuntimeError):
        again.start()
