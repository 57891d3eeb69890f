"""What an item earns for, and what the number of an account is, as QuickBooks lists them."""

import msgspec

from schemas.values import MappingKind
from streams.ports import Target
from streams.remotes.quickbooks.name_lists import names_read


def listed(kind: MappingKind, name: str, **shown: object) -> Target:
    row = {"Id": "1", "SyncToken": "0", "Name": "Advertising", **shown}
    [found] = names_read(kind, msgspec.json.encode({"QueryResponse": {name: [row]}}))
    return found


def test_the_income_account_of_an_item_is_read_by_its_id():
    earns = {"IncomeAccountRef": {"value": "79", "name": "Sales"}}
    assert listed(MappingKind.PRODUCT, "Item", Sku="A-1", **earns).ledger == "79"
    assert listed(MappingKind.PRODUCT, "Item", Sku="A-1", **earns).code == "A-1"
    assert listed(MappingKind.PRODUCT, "Item").ledger == ""


def test_the_number_of_an_account_is_its_code():
    account = listed(MappingKind.REFUND_ACCOUNT, "Account", AcctNum="4000", AccountType="Income")
    assert (account.code, account.sort, account.unsold) == (
        "4000",
        "Income",
        "ledger account (Income)",
    )
