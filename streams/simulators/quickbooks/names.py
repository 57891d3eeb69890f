"""What must be true of customers, vendors, employees and items, and what does QBO add to them?

A name is taken by a customer, a vendor or an employee alike (7); one made inactive goes on living
under its name with " (deleted)" behind it (2.3 d).
"""

from decimal import Decimal

from streams.simulators.quickbooks.book import PEOPLE, Book, Record
from streams.simulators.quickbooks.currencies import keep_currency
from streams.simulators.quickbooks.parts import placed, reference
from streams.simulators.quickbooks.refusals import Fault, duplicate_name, missing

_PARTS = ("Title", "GivenName", "MiddleName", "FamilyName", "Suffix")
#: What stands behind the name of one that was made inactive (2.3 d).
DELETED = " (deleted)"
#: Of an item.
_ACCOUNTS = ("IncomeAccountRef", "ExpenseAccountRef", "AssetAccountRef")
#: Types of items that bring in no money of their own.
_UNSOLD = ("Category", "Group")
_FORBIDDEN = (":", "\t", "\n")
_ADDRESSES = ("BillAddr", "ShipAddr", "PrimaryAddr")


def complete_person(book: Book, kind: str, draft: Record, old: Record | None) -> Record:
    """Complete a customer, vendor or employee. Faults 2040, 2220, 2500, 6000, 6080, 6220, 6240."""
    name = draft.get("DisplayName") or _from_parts(draft)
    draft["Active"] = draft.get("Active") is not False
    draft["DisplayName"] = _own_name(book, PEOPLE, kind, name, draft, old)
    _place_addresses(book, draft, old)
    draft.setdefault("PrintOnCheckName", name)
    if kind == "Employee":
        draft.setdefault("BillableTime", False)
        return draft
    keep_currency(book, draft, old)
    draft["Balance"] = old["Balance"] if old else Decimal(0)
    if kind == "Customer":
        _complete_customer(book, draft, old)
    elif kind == "Vendor":
        draft.setdefault("Vendor1099", False)
    return draft


def complete_item(book: Book, _kind: str, draft: Record, old: Record | None) -> Record:
    """Complete an item. Faults 2020, 2040, 2500, 6240."""
    if not draft.get("IncomeAccountRef") and draft.get("Type") not in _UNSOLD:
        raise missing("IncomeAccountRef")
    for name in _ACCOUNTS:
        if name in draft:
            draft[name] = reference(book, "Account", draft[name], "Name")
    draft["Active"] = draft.get("Active") is not False
    draft["Name"] = _own_name(book, ("Item",), "Item", draft["Name"], draft, old)
    draft["FullyQualifiedName"] = draft["Name"]
    if parent := draft.get("ParentRef"):
        above = book.get("Item", reference(book, "Item", parent, "Name")["value"])
        draft["FullyQualifiedName"] = f"{above['FullyQualifiedName']}:{draft['Name']}"
    for name, value in (("Taxable", False), ("Type", "Service"), ("TrackQtyOnHand", False)):
        draft.setdefault(name, value)
    for name in ("UnitPrice", "PurchaseCost"):
        draft[name] = draft.get(name) or Decimal(0)
    return draft


def marked(name: str, *, active: bool) -> str:
    """Return a name as it is written while its record is active, or no longer."""
    plain = name.removesuffix(DELETED)
    return plain if active else plain + DELETED


def _from_parts(draft: Record) -> str:
    parts = [draft[part] for part in _PARTS if draft.get(part)]
    name = " ".join(parts) or draft.get("CompanyName")
    if not name:
        raise Fault("6080", "At least one of the name elements is required.")
    return str(name)


def _own_name(
    book: Book, rivals: tuple[str, ...], kind: str, name: str, draft: Record, old: Record | None
) -> str:
    if any(mark in name for mark in _FORBIDDEN):
        detail = f"Invalid String. The String has unsupported or invalid characters : {name}"
        raise Fault("2040", detail, element="DisplayName")
    name = marked(name, active=draft["Active"])
    own_id = old["Id"] if old else None
    # An item has its name to itself within its category.
    above = draft.get("ParentRef") if kind == "Item" else None
    if _is_taken(book, rivals, (kind, own_id), name, above):
        raise duplicate_name()
    return name


def _is_taken(
    book: Book,
    rivals: tuple[str, ...],
    own: tuple[str, str | None],
    name: str,
    above: Record | None,
) -> bool:
    return any(
        name.casefold() == str(other.get("DisplayName") or other.get("Name")).casefold()
        for rival in rivals
        for other in book.all(rival)
        if (rival, other["Id"]) != own
        and (rival != "Item" or _id_of(other.get("ParentRef")) == _id_of(above))
    )


def _id_of(ref: Record | None) -> str:
    return str((ref or {}).get("value"))


def _complete_customer(book: Book, draft: Record, old: Record | None) -> None:
    if old and old["Active"] and not draft["Active"] and old["Balance"]:
        raise Fault("6220", "Delete entity has balance : the customer has an open balance.")
    draft.setdefault("Taxable", True)
    # Recorded: a full update that leaves it out gets it again.
    if draft["Taxable"] and (old is None or "DefaultTaxCodeRef" in old):
        draft.setdefault("DefaultTaxCodeRef", {"value": "2"})
    draft.setdefault("Job", False)
    draft.setdefault("BillWithParent", False)
    draft.setdefault("PreferredDeliveryMethod", "Print")
    draft["BalanceWithJobs"] = old["BalanceWithJobs"] if old else Decimal(0)
    draft["FullyQualifiedName"] = draft["DisplayName"]
    if parent := draft.get("ParentRef"):
        above = book.get("Customer", reference(book, "Customer", parent, "DisplayName")["value"])
        draft["ParentRef"] = {"value": above["Id"]}
        draft["FullyQualifiedName"] = f"{above['FullyQualifiedName']}:{draft['DisplayName']}"
        draft["Level"] = above.get("Level", 0) + 1


def _place_addresses(book: Book, draft: Record, old: Record | None) -> None:
    """Give a new address its id, and the position that QBO failed to find (2.2)."""
    for name in _ADDRESSES:
        if address := draft.get(name):
            draft[name] = placed(book, address, (old or {}).get(name))
