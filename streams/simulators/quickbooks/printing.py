"""How does a document leave QBO for a person: as a PDF, or by mail?

Both only show that it happened: the page holds the document's name, number and total, and no mail
is sent anywhere.
"""

from streams.simulators.quickbooks.book import Book, Record
from streams.simulators.quickbooks.clock import second_stamp
from streams.simulators.quickbooks.refusals import Fault

#: Kinds that have a page.
PRINTED = ("Invoice", "Estimate", "SalesReceipt", "CreditMemo", "RefundReceipt", "Payment")
#: Kinds that are mailed.
SENT = (*PRINTED, "PurchaseOrder")


def page(kind: str, record: Record) -> bytes:
    """Return a document as a PDF of one page."""
    words = f"{kind} {record.get('DocNumber', record['Id'])}  {record['TotalAmt']}"
    plain = words.encode("latin-1", errors="replace")
    for mark in (b"\\", b"(", b")"):
        plain = plain.replace(mark, b"\\" + mark)
    text = b"BT /F1 18 Tf 72 720 Td (" + plain + b") Tj ET"
    return _file(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(text), text),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    )


def send(book: Book, kind: str, record_id: str, to: str | None) -> Record:
    """Mark a document as mailed. Faults 610, 2210, and 6420 where nobody is named."""
    record = book.get(kind, record_id)
    address = to or (record.get("BillEmail") or {}).get("Address")
    if not address:
        raise Fault("6420", "Email Address Required : send to whom?", element="BillEmail")
    if "@" not in address:
        raise Fault("2210", f"Invalid Email Address Format : {address}", element="BillEmail")
    delivery = {"DeliveryType": "Email", "DeliveryTime": second_stamp(book.now())}
    mailed = {"EmailStatus": "EmailSent", "DeliveryInfo": delivery}
    draft = {**record, **mailed, "BillEmail": {"Address": address}}
    return book.replace(kind, record, draft, operation="Emailed")


def _file(*objects: bytes) -> bytes:
    """Return a PDF of objects, which are numbered from 1."""
    body, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    return (
        body
        + b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, table)
        + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, len(body))
    )
