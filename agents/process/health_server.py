"""Where does a process answer Prometheus, and a worker its orchestrator?  On a thread of its own.

On the event loop it could not say that the loop is blocked.  What it serves is read from other
threads' notes, and never asks the loop anything.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Protocol

import orjson

from agents.process.metrics import CONTENT_TYPE

#: Status, content type and body.
Answer = tuple[int, str, bytes]

#: A slow or silent client gives its thread back after this long.
CLIENT_SECONDS = 10.0
#: So often it is looked whether there is an end; a process that ends waits for that.
LOOK_SECONDS = 0.05


class PortTakenError(Exception):
    """The address of the metrics cannot be bound; the text says what to do."""


class Served(Protocol):
    """What is answered on the port."""

    def of(self, path: str) -> Answer:
        """Return the answer for a path."""
        ...


@dataclass(frozen=True, slots=True)
class Answers:
    """What a worker serves: the metrics' text, and why it is not alive or not ready, if so."""

    metrics: Callable[[], bytes]
    dead: Callable[[], tuple[str, ...]]
    unready: Callable[[], tuple[str, ...]]

    def of(self, path: str) -> Answer:
        """Return the answer for a path."""
        match path.partition("?")[0]:
            case "/metrics":
                return 200, CONTENT_TYPE, self.metrics()
            case "/healthz":
                return verdict(self.dead())
            case "/readyz":
                return verdict(self.unready())
            case _:
                return _not_found(b"/metrics, /healthz and /readyz")


@dataclass(frozen=True, slots=True)
class Figures:
    """What a gateway serves here: the metrics' text, which is nobody's outside."""

    metrics: Callable[[], bytes]

    def of(self, path: str) -> Answer:
        """Return the answer for a path."""
        if path.partition("?")[0] == "/metrics":
            return 200, CONTENT_TYPE, self.metrics()
        return _not_found(b"/metrics alone")


def _not_found(there_are: bytes) -> Answer:
    return 404, "text/plain; charset=utf-8", b"not found; there are " + there_are + b"\n"


def verdict(reasons: tuple[str, ...]) -> Answer:
    """Return 200, or 503 with every reason."""
    body = {"status": "failing" if reasons else "ok", "reasons": list(reasons)}
    return 503 if reasons else 200, "application/json", orjson.dumps(body)


class HealthServer:
    """The thread that answers; `port` 0 takes any free one, and `setting` is what says it."""

    def __init__(
        self, host: str, port: int, served: Served, setting: str = "ISTHMUS_METRICS_PORT"
    ) -> None:
        """Bind; PortTakenError when somebody else has the address."""
        try:
            self._server = ThreadingHTTPServer((host, port), _handler(served))
        except OSError as fault:
            raise PortTakenError(
                f"the metrics cannot be served on {host}:{port} ({fault.strerror}): "
                f"set {setting} to a free port, or to 0 for any"
            ) from fault
        self._server.daemon_threads = True
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(LOOK_SECONDS,), name="health", daemon=True
        )

    @property
    def port(self) -> int:
        """The port that is really bound."""
        return int(self._server.server_address[1])

    def start(self) -> None:
        """Answer from now on."""
        self._thread.start()

    def stop(self) -> None:
        """Answer no more."""
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()


def _handler(served: Served) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        timeout = CLIENT_SECONDS

        def do_GET(self) -> None:
            status, content_type, body = served.of(self.path)
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing: who asks every second would fill the log."""

    return Handler
