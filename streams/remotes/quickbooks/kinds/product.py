"""How does an item cross QuickBooks' wire?  One way: an item is read and never written."""

from quickbooks.objects.item import Item as ItemModel

from schemas.commands import Create
from schemas.records import Product
from schemas.values import Kind
from streams.remotes.quickbooks import wire_models as raw
from streams.remotes.quickbooks.kinds.entity import Entity
from streams.remotes.quickbooks.statements import EVERY, Look, quoted
from streams.remotes.quickbooks.wire_fields import Body, UnsendableError, called


def _read(shown: raw.Named) -> Product:
    return Product(name=called(shown.name, active=shown.active), active=shown.active)


def _write(_record: Product) -> dict[str, Body]:
    raise UnsendableError("an item is never written: it needs an account of the ledger")


def _looks(entity: Entity[raw.Named, Product], command: Create) -> tuple[Look, ...]:
    name = quoted(getattr(command.record, "name", ""))
    return (Look(entity.select(f"Name = {name} AND {EVERY}")),)


PRODUCT = Entity(
    kind=Kind.PRODUCT,
    model=ItemModel,
    wire=raw.Named,
    read=_read,
    write=_write,
    looks=_looks,
    name_list=True,
)
