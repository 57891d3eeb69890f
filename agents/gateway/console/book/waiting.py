"""What waits, and how is the book asked for it?  The longest first, with customer and last note."""

from agents.rules.documents.waiting_sort import Sort

TABLES = (
    # `awaits` is all that it waits for, as `awaited.together` writes it: "" where that is nothing.
    """CREATE TABLE IF NOT EXISTS book_waiting (
        document INTEGER PRIMARY KEY, tenant TEXT NOT NULL, sort TEXT NOT NULL,
        reason TEXT NOT NULL, kind TEXT NOT NULL, called TEXT NOT NULL, customer TEXT NOT NULL,
        units INTEGER, micros INTEGER, currency TEXT NOT NULL, since TEXT NOT NULL,
        why TEXT NOT NULL, own_sort TEXT NOT NULL, standing TEXT NOT NULL, awaits TEXT NOT NULL)""",
    "CREATE INDEX IF NOT EXISTS book_oldest ON book_waiting (tenant, since, document)",
    "CREATE INDEX IF NOT EXISTS book_by_sort ON book_waiting (tenant, sort, since, document)",
    "CREATE INDEX IF NOT EXISTS book_by_reason ON book_waiting (tenant, reason, since, document)",
    """CREATE INDEX IF NOT EXISTS book_waits_for ON book_waiting (tenant, awaits, since, document)
        WHERE awaits <> ''""",
)

_SHOWN = """SELECT w.*, d.lane, d.name AS document_name, c.name AS customer_name,
    n.owner, n.note, n.by AS noter, n.at AS noted"""
_NAMED = """LEFT JOIN book_customers c ON c.tenant = w.tenant AND c.record = w.customer
    LEFT JOIN book_notes n ON n.tenant = w.tenant AND n.name = d.name"""
_WAITING = (
    _SHOWN
    + " FROM book_waiting w JOIN book_documents d ON d.id = w.document "
    + _NAMED
    + """
    WHERE w.tenant = :tenant AND (w.since, w.document) > (:since, :after) {only}
    ORDER BY w.since, w.document LIMIT :limit"""
)
#: How one document waits.
ONE_WAITING = (
    _SHOWN
    + " FROM book_documents d JOIN book_waiting w ON w.document = d.id "
    + _NAMED
    + " WHERE d.tenant = :tenant AND d.name = :name AND d.lane = :lane"
)
#: All but what was dismissed; of one sort; of one reason.
WAITING = {
    "": _WAITING.format(only=f"AND w.sort <> '{Sort.DISMISSED}'"),
    "sort": _WAITING.format(only="AND w.sort = :which"),
    "reason": _WAITING.format(only=f"AND w.reason = :which AND w.sort <> '{Sort.DISMISSED}'"),
}
