"""What answers for one realm: its book, and all that stands between the book and a client?

A request id is remembered with the answer it got, and gets that answer again whatever comes with it
later, even when the record is long deleted (2.7); a refusal only by switch.
"""

from collections.abc import Callable

from streams.simulators.quickbooks.batch import run_batch
from streams.simulators.quickbooks.book import TRANSACTIONS, Book, Change, Record
from streams.simulators.quickbooks.clock import Now, pacific_date
from streams.simulators.quickbooks.currencies import check_currency_said
from streams.simulators.quickbooks.faults import Faults
from streams.simulators.quickbooks.limits import Limits
from streams.simulators.quickbooks.opening import open_books
from streams.simulators.quickbooks.person import Person
from streams.simulators.quickbooks.query import run_query
from streams.simulators.quickbooks.refusals import Fault, books_closed
from streams.simulators.quickbooks.reply import Reply
from streams.simulators.quickbooks.settings import SimulatorSettings
from streams.simulators.quickbooks.tamper import Tamper
from streams.simulators.quickbooks.writes import Writer

#: From memory in the notes (0), and enough for any sensible id.
_LONGEST_REQUEST_ID = 50


class Company:
    """One realm."""

    def __init__(
        self,
        realm: str,
        *,
        now: Now,
        settings: Callable[[], SimulatorSettings],
        report: Callable[[Change], None],
    ) -> None:
        self.realm = realm
        self.now = now
        self.settings = settings
        self.book = Book(realm, now, settings, report)
        self.writer = Writer(self.book)
        self.faults = Faults(now)
        self.limits = Limits(settings)
        self.person = Person(self.book, self.writer)
        self.tamper = Tamper(self.book)
        self._replays: dict[str, tuple[object, Reply]] = {}
        open_books(self.book, f"Sandbox Company {realm}")

    def write(self, kind: str, operation: str, body: Record, *, twins: bool = False) -> Record:
        """Carry out an API write, if locks and closed books let it through."""
        self.faults.check_write(kind, str(body.get("Id")) if operation != "create" else None)
        self._check_open(kind, operation, body)
        match operation:
            case "create":
                check_currency_said(self.book, kind, body)
                return self.writer.create(kind, body, twins=twins)
            case "update":
                return self.writer.update(kind, body, twins=twins)
            case "delete":
                return self.writer.delete(kind, body)
            case "void":
                return self.writer.void(kind, body)
            case other:
                raise Fault("500", f"Unsupported Operation : {other}", element=None)

    def query(self, statement: str) -> Record:
        """Run a statement (2.4)."""
        return run_query(self.book, statement)

    def batch(self, body: object) -> list[Record]:
        """Run a batch, item by item (2.6)."""
        backwards = self.settings().batch_order == "reversed"
        return run_batch(body, write=self.write, query=self.query, backwards=backwards)

    def replayed(self, request_id: str, asked: object) -> Reply | None:
        """Return the answer that a request id already got (2.7). Faults 600 and 2130."""
        if len(request_id) > _LONGEST_REQUEST_ID:
            raise Fault("2130", f"Invalid Request Id Format : {request_id}", element=None)
        before = self._replays.get(request_id)
        if before is None:
            return None
        if self.settings().strict_request_ids and before[0] != asked:
            raise Fault("600", f"Duplicate Request ID : {request_id}", element=None)
        return before[1]

    def remember(self, request_id: str, asked: object, reply: Reply) -> None:
        """Keep an answer for its request id."""
        self._replays[request_id] = (asked, reply)

    def _check_open(self, kind: str, operation: str, body: Record) -> None:
        """Faults 6200, 6210 for a transaction dated in a closed period, before or after (3.3)."""
        closed = self.book.all("Preferences")[0]["AccountingInfoPrefs"].get("BookCloseDate")
        if not closed or kind not in TRANSACTIONS:
            return
        today = pacific_date(self.now()).isoformat()
        old = self.book.find(kind, str(body.get("Id"))) if operation != "create" else None
        password = self.book.unseen.closing_password
        if not password and self.settings().closed_unguarded == "accepted":
            return
        dates = [body.get("TxnDate") or (old or {}).get("TxnDate") or today]
        dates += [old["TxnDate"]] if old else []
        own = self.settings().closing_day == "closed"
        if any(str(date) < closed or (own and str(date) == closed) for date in dates):
            raise books_closed(password=password)
