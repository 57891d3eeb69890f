"""How does a reconciliation look: on a screen of 80 columns, to a program?"""

from datetime import datetime

from agents.audit.books import record_of
from agents.audit.reconciliation import KNOWN, Difference, Reconciliation
from agents.audit.report import Agreement, texts
from agents.cli.figures import show_heading, show_row
from agents.cli.formatting import INDENT, moment, say
from agents.rules.value_words import number_words
from schemas.kinds import called_as
from schemas.money_words import money_words


def show(found: Reconciliation, since: datetime, until: datetime, *, every: bool = False) -> None:
    """Print what both ledgers come to, each difference with its reason, and the verdict."""
    say(f"{found.tenant}, {_meant(found)}, read {moment(since)} to {moment(until)}")
    show_heading()
    for row in (*found.totals, *(row for row in found.rows if every or row.differs)):
        show_row(row, found.home, every=every)
    alike = sum(not row.differs for row in found.rows)
    if alike and not every:
        say(f"Of {number_words(alike, 'customer')} both sides say the same.")
    for difference in found.differences:
        _show_difference(difference, found.home)
    say(_verdict(found))


def as_json(found: Reconciliation, since: datetime, until: datetime) -> dict[str, object]:
    """Return all of it as plain values for a program, money as text."""
    told = {"agreement": str(found.agreement), "as_of": found.day and found.day.isoformat()}
    read = {"read_from": moment(since), "read_until": moment(until)}
    shown = {name: getattr(found, name) for name in ("tenant", "home", "rows", "totals")}
    return {**told, **read, **texts({**shown, "differences": found.differences})}


def _meant(found: Reconciliation) -> str:
    if found.day is None:
        return "as both books stand"
    return f"as of {found.day} by the dates of documents"


def _show_difference(each: Difference, home: str) -> None:
    code = each.currency or home
    sides = (("MediaOS", each.mediaos), ("QuickBooks", each.qbo))
    shown = (
        f"{side} {'nothing' if worth is None else money_words(worth)}" for side, worth in sides
    )
    between = f"between them {money_words(each.amount, code)}"
    say(f"{_called(each)}: {', '.join(shown)}, {between}")
    why = f"{each.why}: {each.detail}" if each.detail else str(each.why)
    say(why, first=INDENT, more=INDENT * 2)
    if each.at is not None:
        say(f"last: {each.event} ({moment(each.at)})", first=INDENT, more=INDENT * 2)


def _called(each: Difference) -> str:
    record = record_of(each.document)
    named = each.document if record is None else called_as(record, each.number)
    beside = [each.customer] if each.customer else []
    if record is not None:
        beside.append(each.document)
    return f"{named} ({', '.join(beside)})" if beside else named


def _verdict(found: Reconciliation) -> str:
    waits = sum(each.why in KNOWN for each in found.differences)
    which = f"{number_words(waits, 'document')} that {'waits' if waits == 1 else 'wait'}"
    match found.agreement:
        case Agreement.AGREE if not found.rows:
            return "The ledgers agree: neither has a document yet."
        case Agreement.AGREE:
            return f"The ledgers agree to the cent: {number_words(len(found.rows), 'customer')}."
        case Agreement.EXCEPT:
            return f"The ledgers agree except {which}."
        case Agreement.DIFFER:
            differ = number_words(len(found.unexplained), "document")
            return f"The ledgers differ in {differ}{f', and {which}' if waits else ''}."
