"""Do two records that are one say the same in the fields that are kept in step?

Compared as far as QuickBooks can hold a value (quickbooks-online.md 2.9 and 7), and a due date only
where MediaOS has one, since QuickBooks fills in its own.
"""

from collections.abc import Iterator, Mapping

from agents.audit.findings import Finding, What, finding
from agents.audit.history import Made
from agents.audit.lines import paired
from schemas.below_zero import invoice_of
from schemas.records import CreditMemo, Customer, Invoice, Line, Payment, Record, Refund, Sale
from schemas.values import Kind, RecordRef, Side

#: What of an id stands in a number, by the kind of the record.
SIGNS = {Kind.INVOICE: "", Kind.CREDIT_MEMO: "CM-", Kind.REFUND: "RF-"}

#: Characters of e-mail addresses, of which it keeps whole ones only.
EMAILS = 100
#: Characters that QuickBooks keeps of each text.
LENGTHS: dict[type, dict[str, int]] = {
    Customer: {"name": 500, "email": EMAILS, "phone": 30},
    Invoice: {"memo": 1000, "email": EMAILS},
    CreditMemo: {"memo": 1000, "email": EMAILS},
    Payment: {"reference": 21, "memo": 1000},
    Refund: {"memo": 1000},
}
DATES: dict[type, tuple[str, ...]] = {
    Customer: (),
    Invoice: ("issued", "due"),
    CreditMemo: ("issued",),
    Payment: ("received",),
    Refund: ("issued",),
}

#: What word processors print, and a company in the US holds as it is typed (2.1).
_PRINTED = str.maketrans(
    {
        **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032", "'"),
        **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033", '"'),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"),
        **dict.fromkeys("\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f", " "),
        **dict.fromkeys("\u200b\u2060\ufeff", None),
        "\u2026": "...",
        "\u2022": "*",
        "\u2122": "(TM)",
    }
)
_NOT_IN_NAMES = str.maketrans({":": "-", "\t": " ", "\n": " "})


def differing_fields(where: RecordRef, mediaos: Record, qbo: Record) -> Iterator[Finding]:
    """Name each text and date that differs; MediaOS's is told as the expected one."""
    for name, length in LENGTHS[type(mediaos)].items():
        expected, found = getattr(mediaos, name), getattr(qbo, name)
        if _held(name, expected, length) != _held(name, found, length):
            yield finding(What.FIELD, where, expected, found, name)
    for name in DATES[type(mediaos)]:
        expected, found = getattr(mediaos, name), getattr(qbo, name)
        if expected != found and expected is not None:
            yield finding(What.FIELD, where, expected, found, name)


def differing_products(
    where: RecordRef, mediaos: Sale, qbo: Sale, items: Mapping[str, str]
) -> Iterator[Finding]:
    """Name each line that is sold as another item than it was sent with."""
    for place, sold, shown in paired(mediaos.lines, qbo.lines):
        item = items.get(_sold(sold)) if sold is not None else None
        if item is not None and shown is not None and item != shown.product:
            yield finding(What.FIELD, where, item, shown.product, f"line {place} item")


def other_products(
    where: RecordRef, mediaos: Sale, qbo: Sale, products: Mapping[str, str]
) -> Iterator[Finding]:
    """Name each line that is another product in MediaOS than it was made as, from its item."""
    for place, sold, shown in paired(mediaos.lines, qbo.lines):
        product = products.get(shown.product or "") if shown is not None else None
        if product is not None and sold is not None and product != _sold(sold):
            yield finding(What.FIELD, where, product, _sold(sold), f"line {place} product")


def _sold(line: Line) -> str:
    """Return what a line of MediaOS sells, as the journal names it: a type with its kind."""
    return line.product or ("" if line.line_type is None else f"line-type/{line.line_type}")


def wrong_numbers(
    where: RecordRef,
    mediaos: Sale,
    qbo: Sale,
    made: Made | None,
    last: str | None,
) -> Iterator[Finding]:
    """Name a number that was not the promised one, or that the two sides do not share.

    `last` is the number that the journal saw last in QuickBooks, where a person may renumber.
    """
    if made is not None:
        yield from _promise(where, made)
    if qbo.number != last and last is not None:
        yield finding(What.NUMBER, where, last, qbo.number, "document number")
    elif mediaos.number != qbo.number:
        yield finding(What.NUMBER, where, qbo.number, mediaos.number, "external_number")


def _promise(where: RecordRef, made: Made) -> Iterator[Finding]:
    """Hold the number that a created document got against the settings of that moment."""
    settings, about = made.decided.given.settings, made.decided.command.about
    if settings.assign_invoice_id and about.side is Side.MEDIAOS:
        voided = made.decided.given.document.voided
        below_zero = invoice_of(about.id)
        sign = SIGNS[about.kind] if below_zero is None else ""
        numbered = f"{settings.number_prefix}{sign}{below_zero or about.id}"
        promised = numbered + (f"-{voided + 1}" if voided else "")
        if made.number != promised:
            yield finding(What.NUMBER, where, promised, made.number, "number at creation")


def _held(name: str, text: str | None, length: int) -> str:
    """Return what QuickBooks keeps of a text."""
    text = (text or "").replace("\r\n", "\n").translate(_PRINTED)
    if name == "name":
        text = " ".join(text.translate(_NOT_IN_NAMES).split())
    if name == "email":
        return _whole_addresses(text, length)
    return text[:length].strip()


def _whole_addresses(text: str, length: int) -> str:
    """Return the first addresses that QuickBooks keeps, with a comma between two."""
    addresses = [one for one in text.replace(";", ",").split(",") if one.strip()]
    while len(",".join(addresses).strip()) > length:
        addresses.pop()
    return ",".join(one.strip() for one in addresses)
