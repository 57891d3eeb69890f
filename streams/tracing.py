"""Where does a change spend its time, from process to process?  Spans, while somebody wants them.

Off by default, and then nothing is made: `begin` hands in what makes spans (`tracing_export`, which
alone knows OpenTelemetry).  A span tells ids and codes; no name, amount, text or secret.  What
carries a trace on is the header `traceparent` of W3C, over HTTP and on Kafka alike.
"""

import re
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Final, Protocol

#: Of a version that we know; others' are not guessed at, and `tracestate` is nobody's of ours.
TRACEPARENT: Final = "traceparent"
_PARENT = re.compile(r"00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")

Id = str | int | bool


class Span(Protocol):
    """One stretch of work."""

    def note(self, **ids: Id | None) -> None:
        """Say more of it: ids and codes alone."""
        ...


class Tracing(Protocol):
    """Makes spans, and says what carries the present one on."""

    def span(
        self, name: str, parent: str, ids: Mapping[str, Id | None]
    ) -> AbstractContextManager[Span]:
        """Begin a span under the present one, or under a parent from elsewhere."""
        ...

    def carried(self) -> str:
        """Return the present span's traceparent, blank where there is none."""
        ...

    def newly_dropped(self) -> int:
        """Return how many spans were dropped since this was asked last."""
        ...

    def end(self) -> None:
        """Hand over what is left, for a short while."""
        ...


class _Nothing:
    """A span that nobody wants."""

    def note(self, **ids: Id | None) -> None:
        """Forget it."""


class _Off:
    """No tracing."""

    _span: Final = nullcontext(_Nothing())

    def span(
        self, _name: str, _parent: str, _ids: Mapping[str, Id | None]
    ) -> AbstractContextManager[Span]:
        return self._span

    def carried(self) -> str:
        return ""

    def newly_dropped(self) -> int:
        return 0

    def end(self) -> None:
        """Do nothing: nothing is left."""


class _Present:
    """What this process traces by: one for all, as its log is."""

    by: Tracing = _Off()


def begin(tracing: Tracing) -> None:
    """Trace by this from now on."""
    _Present.by = tracing


def end() -> None:
    """Hand over what is left, and trace no more."""
    tracing, _Present.by = _Present.by, _Off()
    tracing.end()


def span(name: str, *, parent: str = "", **ids: Id | None) -> AbstractContextManager[Span]:
    """Begin a span under the present one, or under a parent from elsewhere."""
    return _Present.by.span(name, parent, ids)


def newly_dropped() -> int:
    """Return how many spans were dropped since this was asked last."""
    return _Present.by.newly_dropped()


def carried() -> tuple[tuple[str, bytes], ...]:
    """Return the headers of a record of Kafka that carry the present span on."""
    parent = _Present.by.carried()
    return ((TRACEPARENT, parent.encode()),) if parent else ()


def parent_in(headers: Any) -> str:
    """Return the traceparent among a record's headers, blank where none is well made."""
    pairs: Iterable[Any] = headers.items() if isinstance(headers, Mapping) else headers or ()
    for name, value in pairs:
        if name == TRACEPARENT and isinstance(value, bytes):
            return well_made(value[:64].decode("ascii", "replace"))
    return ""


def well_made(parent: str) -> str:
    """Return a traceparent as it came; blank where it is none."""
    return parent if _PARENT.fullmatch(parent) else ""
