"""Where do a process's figures stand until Prometheus asks?  In one registry, by the closed list.

Nobody else names prometheus-client.  Series that no longer are (a partition that went to another
worker) are taken away one by one: a scrape between clearing and setting would miss the rest.
"""

from collections.abc import Mapping
from importlib.metadata import version

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
)

from streams import tracing
from streams.metric import SECONDS, Metric
from streams.telemetry import BUILD, METRICS, TRACES_DROPPED

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

Labels = tuple[str, ...]


class Metrics:
    """One process's metrics; counting is safe from any thread."""

    def __init__(self, of: str) -> None:
        """Make those that a worker or a gateway has, beside what every process tells of itself."""
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        self._made = {
            metric.name: _make(metric, self._registry)
            for metric in METRICS
            if metric.of in {of, "both"}
        }
        self._series: dict[tuple[str, Labels], Counter | Gauge | Histogram] = {}
        self.show(BUILD, 1, version("isthmus"))

    def add(self, metric: Metric, *labels: str, by: float = 1.0) -> None:
        """Count."""
        counter = self._kept(metric, labels)
        assert isinstance(counter, Counter)  # noqa: S101 - the list says what each one is
        counter.inc(by)

    def observe(self, metric: Metric, value: float, *labels: str) -> None:
        """Note one duration, in seconds."""
        histogram = self._kept(metric, labels)
        assert isinstance(histogram, Histogram)  # noqa: S101 - as above
        histogram.observe(value)

    def show(self, metric: Metric, value: float, *labels: str) -> None:
        """Say how much it is now."""
        gauge = self._one(metric, labels)
        assert isinstance(gauge, Gauge)  # noqa: S101 - as above
        gauge.set(value)

    def show_all(self, metric: Metric, values: Mapping[Labels, float]) -> None:
        """Say how much it is now for each of these labels, and that there are no others."""
        gauge = self._made[metric.name]
        for series in next(iter(gauge.collect())).samples:
            labels = tuple(series.labels[name] for name in metric.labels)
            if labels not in values:
                gauge.remove(*labels)
        for labels, value in values.items():
            self.show(metric, value, *labels)

    def text(self) -> bytes:
        """Return all of it as Prometheus reads it."""
        self.add(TRACES_DROPPED, by=tracing.newly_dropped())
        return generate_latest(self._registry)

    def _kept(self, metric: Metric, labels: Labels) -> Counter | Gauge | Histogram:
        """Return one series, looked for once: no counter's or histogram's is ever taken away."""
        key = metric.name, labels
        if key not in self._series:
            self._series[key] = self._one(metric, labels)
        return self._series[key]

    def _one(self, metric: Metric, labels: Labels) -> Counter | Gauge | Histogram:
        made = self._made[metric.name]
        return made.labels(*labels) if metric.labels else made


def _make(metric: Metric, registry: CollectorRegistry) -> Counter | Gauge | Histogram:
    match metric.kind:
        case "counter":
            return Counter(metric.name, metric.help, metric.labels, registry=registry)
        case "gauge":
            return Gauge(metric.name, metric.help, metric.labels, registry=registry)
        case "histogram":
            return Histogram(
                metric.name, metric.help, metric.labels, registry=registry, buckets=SECONDS
            )
