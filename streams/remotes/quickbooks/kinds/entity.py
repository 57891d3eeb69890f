"""In which words does a kind say how its records cross QuickBooks' wire?"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from schemas.commands import Command, Create, Removal
from schemas.kinds import customer_of, number_of
from schemas.values import Kind
from streams.remotes.quickbooks.statements import NEWEST, Look, quoted
from streams.remotes.quickbooks.wire_fields import Body

W = TypeVar("W")
R = TypeVar("R")


def _nothing(_record: Any) -> Body:
    return {}


@dataclass(frozen=True, slots=True)
class Operation:
    """What asks for a removal, besides the record's id and token (quickbooks-online.md 1)."""

    params: Mapping[str, str]
    body: Body = field(default_factory=dict)


DELETED = Operation({"operation": "delete"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity(Generic[W, R]):
    """One kind in QuickBooks.

    `model` is what it is in python-quickbooks, `wire` what we read of it; `write` says, by our
    field, the properties that say it, and raises UnsendableError where none is ever written.
    `required` is what even a sparse update must carry, `looks` how a record is found that a create
    may have made, `removals` how it can be taken away.  Of a `name_list` a query hides the
    inactive, and one write at a time is taken; `numbered` has a DocNumber.
    """

    kind: Kind
    model: Any
    wire: type[W]
    read: Callable[[W], R]
    write: Callable[[R], dict[str, Body]]
    looks: Callable[["Entity[Any, Any]", Create], tuple[Look, ...]]
    required: Callable[[R], Body] = _nothing
    removals: Mapping[Removal, Operation] = field(default_factory=dict)
    name_list: bool = False
    numbered: bool = False

    @property
    def name(self) -> str:
        """Return what it is called in QuickBooks."""
        return str(self.model.qbo_object_name)

    def select(self, where: str) -> str:
        """Return the statement for records of this kind; quote every value in `where`."""
        parts = ("SELECT * FROM", self.name, "WHERE", where)
        return " ".join(parts)

    def by_number(self, number: str) -> str:
        """Return the statement for the documents of this kind that have this number."""
        return self.select(f"DocNumber = {quoted(number)}")

    def by_numbers(self, numbers: Iterable[str]) -> str:
        """Return the statement for those that have one of these numbers."""
        return self.select(f"DocNumber IN ({', '.join(map(quoted, sorted(numbers)))})")


def number_given(entity: Entity[Any, Any], command: Command) -> str | None:
    """Return the document number that a create gives; None where there is none, or QBO numbers."""
    if not entity.numbered or not isinstance(command, Create) or command.auto_number:
        return None
    return number_of(command.record)


def document_looks(entity: Entity[Any, Any], command: Create) -> tuple[Look, ...]:
    """Look for a document: by its number if it has one from us, and among its customer's newest."""
    customer = quoted(customer_of(command.record) or "")
    newest = Look(entity.select(f"CustomerRef = {customer} {NEWEST}"), by_marker=True)
    number = number_given(entity, command)
    if number is None:
        return (newest,)
    return (Look(entity.by_number(number)), newest)
