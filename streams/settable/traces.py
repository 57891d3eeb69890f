"""Are traces told, to whom, and how many of them?"""

from pydantic import Field

from streams.settable.group import Group
from streams.settable.kinds import Secret, Web


class TraceSettings(Group):
    """Traces."""

    trace_url: Web = ""
    """Where a collector takes traces of OpenTelemetry (OTLP over HTTP), without /v1/traces.
    Default: nowhere, and none are made."""

    trace_share: float = Field(default=1.0, ge=0, le=1)
    """Which share of all traces is told: 0.1 is one of ten. Who publishes may say it of theirs,
    with a token or to Kafka."""

    trace_authorization: Secret = ""
    """Header `Authorization` that the collector wants, as `Bearer TOKEN`. Default: none."""
