"""Which metrics has the gateway?"""

from streams.metric import Metric

REQUESTS = Metric(
    name="isthmus_gateway_requests_total",
    kind="counter",
    help="HTTP requests by route and status.",
    labels=("route", "status"),
    of="gateway",
)
REQUEST_SECONDS = Metric(
    name="isthmus_gateway_request_seconds",
    kind="histogram",
    help="From a request to its answer.",
    unit="seconds",
    labels=("route",),
    of="gateway",
)
SPOOL_BYTES = Metric(
    name="isthmus_spool_bytes",
    kind="gauge",
    help="What waits on the gateway's disk until Kafka takes it.",
    unit="bytes",
    of="gateway",
)
SPOOL_ROOM = Metric(
    name="isthmus_spool_room_bytes",
    kind="gauge",
    help="What the disk may still take before webhooks are answered 503.",
    unit="bytes",
    of="gateway",
)
SPOOL_RECORDS = Metric(
    name="isthmus_spool_records",
    kind="gauge",
    help="Records that wait there.",
    unit="records",
    of="gateway",
)
SPOOL_OLDEST = Metric(
    name="isthmus_spool_oldest_seconds",
    kind="gauge",
    help="Since when the oldest of them waits there, or since the gateway's start; 0 without any.",
    unit="seconds",
    of="gateway",
)
