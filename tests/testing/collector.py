"""A collector of traces on the loopback, which reads OTLP as a real one would."""

import gzip
import threading
from collections import defaultdict
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)


class Collected:
    """The spans that came, and what else was said; `status` is answered, once it is let go."""

    def __init__(self):
        self.spans = []
        self.resources = []
        self.authorized = set()
        self.status = 200
        self.headers = {}
        self.body = None
        self.go_on = threading.Event()
        self.go_on.set()

    def take(self, body):
        asked = ExportTraceServiceRequest.FromString(body)
        for each in asked.resource_spans:
            named = {one.key: one.value.string_value for one in each.resource.attributes}
            self.resources.append(named)
            for scope in each.scope_spans:
                self.spans += scope.spans

    def by_name(self):
        found = defaultdict(list)
        for span in self.spans:
            found[span.name].append(span)
        return found

    def parent_of(self, span):
        [found] = [each for each in self.spans if each.span_id == span.parent_span_id] or [None]
        return found


def said(span):
    """Return what a span tells, by name."""
    return {one.key: getattr(one.value, one.value.WhichOneof("value")) for one in span.attributes}


@contextmanager
def collector():
    """Serve, and return what was collected; its address is in `url`."""
    collected = Collected()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["content-length"]))
            if self.headers.get("content-encoding") == "gzip":
                body = gzip.decompress(body)
            collected.go_on.wait(20)
            collected.authorized.add(self.headers.get("authorization"))
            if collected.status == 200:
                collected.take(body)
            told = collected.body
            self.send_response(collected.status, collected.headers.get("reason"))
            for name, value in collected.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(
                ExportTraceServiceResponse().SerializeToString() if told is None else told
            )

        def log_message(self, *_said):
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    collected.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield collected
    finally:
        collected.go_on.set()
        server.shutdown()
        thread.join()
        server.server_close()
