"""How do spans reach a collector?  By OTLP over HTTP, from a thread of their own.

A collector that is away or slow costs spans and nothing else: those that end are put into a queue
that never grows beyond its bound, what finds it full is dropped and counted, and so is what the
collector does not take.
"""

import logging
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from queue import Empty, Full, Queue
from typing import Any

import requests
from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.sampling import ParentBasedTraceIdRatio
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from streams.tracing import TRACEPARENT, Id, Span

log = logging.getLogger("isthmus.tracing")

#: Ended spans in memory, some 2 KB each; and how many go at once.
MOST_WAITING, MOST_AT_ONCE = 2_048, 256
#: A collector has so long for all of them, and at the end of a process for what is left.
EXPORT_SECONDS, END_SECONDS = 5.0, 3.0
#: Statuses of HTTP from which on an answer leads elsewhere, and refuses.
ELSEWHERE, REFUSED = 300, 400
#: How long the first of a batch waits for others.
GATHER_SECONDS = 1.0
_PROPAGATOR = TraceContextTextMapPropagator()


@dataclass(frozen=True, slots=True, kw_only=True)
class Collector:
    """Where spans go, how many traces of all, and who we are there; `authorization` is hidden."""

    url: str
    share: float
    service: str
    instance: str
    authorization: str = field(default="", repr=False)


class BoundedSpans(SpanProcessor):
    """Ended spans on their way to the collector; never slows who ends one."""

    def __init__(self, exporter: SpanExporter, most: int = MOST_WAITING) -> None:
        self._exporter = exporter
        #: What is to be handed over; None wakes who gathers, because the process ends.
        self._queue: Queue[ReadableSpan | None] = Queue(most)
        self._lock = threading.Lock()
        self._dropped = 0
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="isthmus-traces", daemon=True)
        self._thread.start()

    def on_end(self, span: ReadableSpan) -> None:
        """Put an ended span into the queue, or drop it where that is full."""
        try:
            self._queue.put_nowait(span)
        except Full:
            self._drop(1)

    def newly_dropped(self) -> int:
        """Return how many were dropped since this was asked last."""
        with self._lock:
            dropped, self._dropped = self._dropped, 0
        return dropped

    def shutdown(self) -> None:
        """Hand over what is left, for a short while; the process does not wait for more."""
        self._ending.set()
        # Where there is no room nobody waits for more.
        with suppress(Full):
            self._queue.put_nowait(None)
        self._thread.join(END_SECONDS)

    def _drop(self, number: int) -> None:
        with self._lock:
            self._dropped += number

    def _run(self) -> None:
        while not (self._ending.is_set() and self._queue.empty()):
            batch = self._gathered()
            if batch and not self._taken(batch):
                self._drop(len(batch))

    def _gathered(self) -> list[ReadableSpan]:
        """Return what came within a second of the first; nothing where none came."""
        batch: list[ReadableSpan] = []
        until = time.monotonic() + GATHER_SECONDS
        while len(batch) < MOST_AT_ONCE:
            left = until - time.monotonic()
            try:
                span = self._queue.get(timeout=0.01 if self._ending.is_set() else left)
            except (Empty, ValueError):
                break
            if span is None:
                break
            batch.append(span)
        return batch

    def _taken(self, batch: Sequence[ReadableSpan]) -> bool:
        try:
            return self._exporter.export(batch) is SpanExportResult.SUCCESS
        except Exception as fault:  # noqa: BLE001 - whatever a collector does, the work goes on
            log.debug("spans not taken", extra={"reason": type(fault).__name__})
            return False


class OpenTelemetry:
    """Tracing by OpenTelemetry's library, handed to `streams.tracing.begin`."""

    def __init__(self, collector: Collector) -> None:
        headers = {"Authorization": collector.authorization} if collector.authorization else {}
        exporter = OTLPSpanExporter(
            endpoint=f"{collector.url}/v1/traces",
            headers=headers,
            timeout=EXPORT_SECONDS,
            session=_session(),
        )
        self._spans = BoundedSpans(exporter)
        named = {"service.name": collector.service, "service.instance.id": collector.instance}
        self._provider = TracerProvider(
            sampler=ParentBasedTraceIdRatio(collector.share),
            resource=Resource(named),
            shutdown_on_exit=False,
        )
        self._provider.add_span_processor(self._spans)
        self._tracer = self._provider.get_tracer("isthmus")

    @contextmanager
    def span(self, name: str, parent: str, ids: Mapping[str, Id | None]) -> Iterator[Span]:
        """Begin a span under the present one, or under a parent from elsewhere."""
        # What an error says may hold what somebody wrote: that there was one is enough.
        with self._tracer.start_as_current_span(
            name,
            context=_context(parent),
            attributes=_attributes(ids),
            record_exception=False,
            set_status_on_exception=False,
        ) as begun:
            try:
                yield _Begun(begun)
            except Exception as fault:
                begun.set_status(trace.StatusCode.ERROR)
                begun.set_attribute("error.type", type(fault).__name__)
                raise

    def carried(self) -> str:
        """Return the present span's traceparent, blank where there is none."""
        found: dict[str, str] = {}
        _PROPAGATOR.inject(found)
        return found.get(TRACEPARENT, "")

    def newly_dropped(self) -> int:
        """Return how many spans were dropped since this was asked last."""
        return self._spans.newly_dropped()

    def end(self) -> None:
        """Hand over what is left, for a short while."""
        self._provider.shutdown()


def _session() -> requests.Session:
    """Return what asks a collector and hears its status alone, however much it says."""
    session = requests.Session()
    session.stream = True
    session.hooks["response"].append(_heard)
    return session


def _heard(answer: requests.Response, **_given: Any) -> None:
    """Leave a collector's words unread: the library holds all of them, and logs some."""
    answer.close()
    # It may be our own header `Authorization`, told back.
    answer.reason = ""
    if ELSEWHERE <= answer.status_code < REFUSED:
        # We are led nowhere, and the library calls that taken.
        raise OSError(f"it answers {answer.status_code}")


@dataclass(frozen=True, slots=True)
class _Begun:
    """A span of OpenTelemetry's."""

    span: trace.Span

    def note(self, **ids: Id | None) -> None:
        """Say more of it: ids and codes alone."""
        self.span.set_attributes(_attributes(ids))


def _context(parent: str) -> Context | None:
    return _PROPAGATOR.extract({TRACEPARENT: parent}, Context()) if parent else None


def _attributes(ids: Mapping[str, Id | None]) -> dict[str, Id]:
    return {f"isthmus.{name}": value for name, value in ids.items() if value not in {None, ""}}
