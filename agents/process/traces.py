"""Does a process tell traces?  Where a collector is set; else nothing of it is even imported."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from streams import tracing

if TYPE_CHECKING:
    from streams.settings import ProcessSettings


@contextmanager
def traced(settings: "ProcessSettings", process: str) -> Iterator[None]:
    """Tell traces while the process works, and at its end what is left of them."""
    if not settings.trace_url:
        yield
        return
    from streams.tracing_export import Collector, OpenTelemetry  # noqa: PLC0415 - as above

    collector = Collector(
        url=settings.trace_url,
        share=settings.trace_share,
        service=f"isthmus-{process}",
        instance=settings.worker_name,
        authorization=settings.trace_authorization,
    )
    tracing.begin(OpenTelemetry(collector))
    try:
        yield
    finally:
        tracing.end()
