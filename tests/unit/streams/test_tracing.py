"""Traces reach a collector that reads OTLP, and a bad collector costs spans alone."""

import subprocess
import sys
import time

import pytest
from opentelemetry.sdk.trace.export import SpanExportResult

from agents.lab.local import ports
from agents.process.metrics import Metrics
from agents.process.traces import traced
from streams import tracing, tracing_export
from streams.setting_faults import SettingsError
from streams.settings import ProcessSettings, read_settings
from streams.telemetry import TRACES_DROPPED
from streams.tracing import carried, parent_in, span, well_made
from streams.tracing_export import BoundedSpans, Collector, OpenTelemetry
from tests.testing.collector import collector, said

PARENT = "00-0123456789abcdef0123456789abcdef-0123456789abcdef-01"
SECRET = "Ann Harbour's invoice"


@pytest.fixture(autouse=True)
def off():
    yield
    tracing.end()


def to(url, **given):
    return ProcessSettings(trace_url=url, worker_name="w1", **given)


def test_nothing_is_made_and_nothing_imported_while_nobody_wants_it():
    with traced(ProcessSettings(), "worker"), span("take", lane="t1/mediaos/42") as at:
        at.note(done=True)
        assert carried() == ()
    costly = ("opentelemetry.sdk", "opentelemetry.exporter", "opentelemetry.proto", "google.proto")
    asked = (
        "import sys; import agents.worker.worker, agents.cli.worker, agents.cli.gateway;"
        f"print([each for each in sys.modules if each.startswith({costly})])"
    )
    ran = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


def test_spans_stand_under_each_other_and_under_who_published():
    with (
        collector() as there,
        traced(to(there.url, trace_authorization="Bearer it"), "worker"),
        span("take", parent=PARENT, lane="t1/mediaos/42", none=None) as outer,
    ):
        with span("decide", record="mediaos/invoice/136"):
            [(name, on)] = carried()
        outer.note(done=True)

    take, decide = (there.by_name()[name][0] for name in ("take", "decide"))
    assert take.trace_id.hex() == decide.trace_id.hex() == PARENT[3:35]
    assert (take.parent_span_id.hex(), decide.parent_span_id) == (PARENT[36:52], take.span_id)
    assert said(take) == {"isthmus.lane": "t1/mediaos/42", "isthmus.done": True}
    assert (name, on.decode()) == (
        "traceparent",
        f"00-{decide.trace_id.hex()}-{decide.span_id.hex()}-01",
    )
    assert there.resources[0]["service.name"] == "isthmus-worker"
    assert there.resources[0]["service.instance.id"] == "w1"
    assert there.authorized == {"Bearer it"}


def test_of_an_error_its_kind_is_told_and_not_its_words():
    with (
        collector() as there,
        traced(to(there.url), "worker"),
        pytest.raises(ValueError, match=SECRET),
        span("decide"),
    ):
        raise ValueError(SECRET)
    # What is left is handed over at the end.
    [decide] = there.spans
    assert said(decide) == {"error.type": "ValueError"}
    assert not decide.events
    assert SECRET.encode() not in decide.SerializeToString()


def test_only_a_share_of_traces_is_told():
    with collector() as there, traced(to(there.url, trace_share=0.0), "worker"):
        with span("take"):
            pass
        with span("take", parent=PARENT):
            pass
    # Who publishes said that theirs is wanted.
    assert [each.trace_id.hex() for each in there.spans] == [PARENT[3:35]]


def test_a_collector_that_is_slow_slows_nobody_and_what_is_dropped_is_counted(monkeypatch):
    monkeypatch.setattr(tracing_export, "END_SECONDS", 0.1)
    monkeypatch.setattr(tracing_export, "GATHER_SECONDS", 0.01)
    metrics = Metrics("worker")
    with collector() as there:
        there.go_on.clear()
        with traced(to(there.url), "worker"):
            began = time.monotonic()
            for _ in range(tracing_export.MOST_WAITING * 2):
                with span("take"):
                    pass
            assert time.monotonic() - began < 5
            text = metrics.text().decode()
        there.go_on.set()

    [line] = [each for each in text.splitlines() if each.startswith(f"{TRACES_DROPPED.name} ")]
    dropped = float(line.split()[1])
    assert dropped >= tracing_export.MOST_WAITING - tracing_export.MOST_AT_ONCE
    assert dropped <= tracing_export.MOST_WAITING * 2


def test_a_collector_that_is_away_costs_spans_alone(monkeypatch):
    monkeypatch.setattr(tracing_export, "GATHER_SECONDS", 0.01)
    monkeypatch.setattr(tracing_export, "EXPORT_SECONDS", 0.2)
    [port] = ports.free(1)
    to_nobody = Collector(url=f"http://127.0.0.1:{port}", share=1.0, service="s", instance="i")
    by = OpenTelemetry(to_nobody)
    tracing.begin(by)
    with span("take"):
        pass
    began = time.monotonic()
    tracing.end()

    assert time.monotonic() - began < tracing_export.END_SECONDS + 1
    assert by.newly_dropped() == 1
    assert by.newly_dropped() == 0


@pytest.mark.parametrize("status", [302, 307, 400, 500])
def test_what_a_collector_does_not_take_is_counted_and_its_words_are_not_told(
    monkeypatch, caplog, status
):
    monkeypatch.setattr(tracing_export, "GATHER_SECONDS", 0.01)
    with collector() as there:
        there.status = status
        there.headers = {"reason": "no Bearer it", "location": f"{there.url}/elsewhere"}
        by = OpenTelemetry(
            Collector(url=there.url, share=1.0, service="s", instance="i", authorization=SECRET)
        )
        tracing.begin(by)
        with span("take"):
            pass
        tracing.end()
        assert there.authorized == {SECRET}

    assert by.newly_dropped() == 1
    assert "Bearer it" not in caplog.text
    assert str(status) in caplog.text


def test_an_answer_without_end_is_not_held(monkeypatch):
    monkeypatch.setattr(tracing_export, "GATHER_SECONDS", 0.01)
    heard = []
    once = tracing_export._heard
    monkeypatch.setattr(
        tracing_export,
        "_heard",
        lambda answer, **given: (once(answer, **given), heard.append(answer))[0],
    )
    with collector() as there:
        there.headers, there.body = {"content-length": "100000000"}, b"x" * 10_000_000
        by = OpenTelemetry(Collector(url=there.url, share=1.0, service="s", instance="i"))
        tracing.begin(by)
        with span("take"):
            pass
        tracing.end()

    assert by.newly_dropped() == 0
    [answer] = heard
    assert answer._content is False


def test_what_an_exporter_raises_ends_nothing():
    class Odd:
        def export(self, _batch):
            raise RuntimeError(SECRET)

    spans = BoundedSpans(Odd(), most=2)
    spans.on_end(object())
    spans.shutdown()
    assert spans.newly_dropped() == 1


def test_a_process_that_ends_waits_for_nothing_more_to_gather(monkeypatch):
    class Taken(list):
        def export(self, batch):
            self.extend(batch)
            return SpanExportResult.SUCCESS

    monkeypatch.setattr(tracing_export, "GATHER_SECONDS", 60)
    taken = Taken()
    spans = BoundedSpans(taken)
    spans.on_end("a span")
    # Until it has that, and waits for more.
    while spans._queue.qsize():
        time.sleep(0.01)
    time.sleep(0.1)
    spans.shutdown()
    assert taken == ["a span"]
    assert not spans._thread.is_alive()


@pytest.mark.parametrize(
    "odd",
    [
        "",
        "00-x",
        PARENT + "0",
        PARENT.upper(),
        "01" + PARENT[2:],
        PARENT + "\n",
        f" {PARENT}",
        "é" * 55,
    ],
)
def test_a_traceparent_that_is_none_begins_a_trace_of_its_own(odd):
    assert well_made(odd) == ""
    assert parent_in([("traceparent", odd.encode())]) == ""
    assert parent_in({"traceparent": odd.encode()}) == ""


def test_a_traceparent_is_found_among_a_records_headers():
    assert parent_in([("x", b"1"), ("traceparent", PARENT.encode())]) == PARENT
    assert parent_in({"traceparent": PARENT.encode()}) == PARENT
    for none in (None, (), {}, [("traceparent", None)]):
        assert parent_in(none) == ""


def test_a_collector_beyond_the_loopback_is_spoken_to_by_tls():
    assert read_settings({"ISTHMUS_TRACE_URL": "https://traces.example"}).trace_share == 1.0
    with pytest.raises(SettingsError, match="ISTHMUS_TRACE_URL names"):
        read_settings({"ISTHMUS_TRACE_URL": "http://traces.example"})
