"""What is a template, by which QBO makes forms at set times?

A form with a schedule in it, wrapped in the name of its kind; nothing is made of it here. It has an
id of its own, and whatever a form must have.
"""

from streams.simulators.quickbooks.book import Book, Record
from streams.simulators.quickbooks.refusals import Fault, missing
from streams.simulators.quickbooks.shapes import SHAPES
from streams.simulators.quickbooks.writes import Writer

KIND = "RecurringTransaction"
_FORMS = tuple(kind for kind, shape in SHAPES.items() if "RecurringInfo" in shape)


def set_template(book: Book, writer: Writer, body: Record) -> Record:
    """Create a template, or change it where its form has an id. Faults as the form's own."""
    kind, form = _form(body)
    old = _present(writer, form) if form.get("Id") else None
    if not form.get("RecurringInfo"):
        raise missing("RecurringInfo")
    draft = {"Type": kind, kind: writer.completed(kind, form)}
    if old is None:
        return unwrapped(book.insert(KIND, draft, quiet=True))
    return unwrapped(book.replace(KIND, old, draft, quiet=True))


def delete_template(book: Book, writer: Writer, body: Record) -> Record:
    """Delete a template. Faults 610, 2020, 2030, 5010."""
    kind, form = _form(body)
    old = _present(writer, form)
    book.remove(KIND, old["Id"], quiet=True)
    return {kind: {"domain": "QBO", "status": "Deleted", "Id": old["Id"]}}


def unwrapped(record: Record) -> Record:
    """Return a template as QBO shows it: the form alone, with the template's id and times."""
    kind = record["Type"]
    system = {name: record[name] for name in ("domain", "sparse", "Id", "SyncToken", "MetaData")}
    return {kind: {**record[kind], **system, "RecurDataRef": {"value": record["Id"]}}}


def _form(body: Record) -> tuple[str, Record]:
    named = [kind for kind in _FORMS if isinstance(body.get(kind), dict)]
    if len(named) != 1:
        raise Fault("2010", f"Property Name:a template holds one of {', '.join(_FORMS)}")
    return named[0], body[named[0]]


def _present(writer: Writer, form: Record) -> Record:
    return writer.current(KIND, {name: form.get(name) for name in ("Id", "SyncToken")})
