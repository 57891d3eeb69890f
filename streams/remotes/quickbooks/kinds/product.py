"""How does an item cross QuickBooks' wire?  One way: an item is read and never written."""

from quickbooks.objects.item import Item as ItemModel

from schemas.commands import Create
from schemas.products import Product
from schemas.values import Kind
from streams.remotes.quickbooks import wire_models as raw
from streams.remotes.quickbooks.kinds.entity import Entity
from streams.remotes.quickbooks.statements import EVERY, Look, quoted
from streams.remotes.quickbooks.wire_fields import Body, UnsendableError, called, path_of

#: What QuickBooks calls items that no line of an invoice can name, in an accountant's words
#: (quickbooks-online.md 7): a bundle's lines stand in a group of their own.
UNSOLD = {"Category": "category", "Group": "bundle"}


def _read(shown: raw.Named) -> Product:
    name = called(shown.name, active=shown.active)
    return Product(
        name=name,
        active=shown.active,
        path=path_of(shown.fully_qualified_name, name, active=shown.active),
        unsold=UNSOLD.get(shown.type, ""),
        code=shown.sku or shown.acct_num,
        ledger=shown.income_account_ref.value if shown.income_account_ref else "",
    )


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
