"""A customer: an advertiser of MediaOS.  Made on either side; what QuickBooks has, by setting."""

from msgspec.structs import replace

from agents.rules.kinds.currency import currency_gap
from agents.rules.kinds.emails import emails_across, emails_left_out
from agents.rules.kinds.policy import (
    BOTH,
    SAID_ONCE,
    TO_QBO,
    Field,
    Limit,
    SyncPolicy,
    Unique,
)
from schemas.decision_input import DecisionInput
from schemas.records import Address, Customer
from schemas.values import Kind, Side

#: Characters that QBO refuses in a DisplayName (quickbooks-online.md 7, Customer).
NOT_IN_NAMES = str.maketrans({":": "-", "\t": " ", "\n": " "})
#: What MediaOS holds of a name, and of each line of an address (its contract): less than QBO.
TEXT = 255
#: What it holds of an address's lines, the last of which takes what is over.
ADDRESS_LINES = 4


def _convert(customer: Customer, to: Side, given: DecisionInput) -> Customer:
    customer = replace(customer, email=emails_across(to, given, customer.email))
    if to is Side.MEDIAOS:
        return customer
    return replace(customer, name=" ".join(customer.name.translate(NOT_IN_NAMES).split()))


def _inactive(customer: Customer, _given: DecisionInput) -> str | None:
    return None if customer.active else "it is inactive in QuickBooks: made active, it is looked at"


def _part_of_another(customer: Customer) -> str | None:
    if customer.parent is None:
        return None
    return f"it is a part (a job) of customer {customer.parent} there, and advertisers have none"


def _too_long(customer: Customer) -> str | None:
    """Return what MediaOS does not hold whole: a name that is cut is another firm's."""
    if len(customer.name) > TEXT:
        return f"its name has {len(customer.name)} characters, and MediaOS holds {TEXT}"
    longest = max(map(len, _parts(customer.billing or Address())), default=0)
    if longest > TEXT:
        return f"a line of its address has {longest} characters, and MediaOS holds {TEXT}"
    return None


def _parts(address: Address) -> tuple[str, ...]:
    last = ADDRESS_LINES - 1
    lines = (*address.lines[:last], ", ".join(address.lines[last:]))
    return (*lines, address.city, address.region, address.postal_code, address.country)


#: The lengths are QBO's (quickbooks-online.md 7).
POLICY = SyncPolicy(
    kind=Kind.CUSTOMER,
    fields={
        "name": Field(BOTH, None, on_create=True, limit=Limit(500, TO_QBO)),
        "email": Field(BOTH, Side.MEDIAOS),
        "phone": Field(BOTH, Side.MEDIAOS, limit=Limit(30, TO_QBO)),
        "billing": Field(BOTH, Side.MEDIAOS),
        "currency": SAID_ONCE,
    },
    born=BOTH,
    needs=(),
    convert=_convert,
    left_out=lambda customer: emails_left_out(customer.email),
    not_made=_inactive,
    asked_for=_part_of_another,
    too_long=_too_long,
    same=lambda asked, found: (
        asked.name.casefold() == found.name.casefold() and currency_gap(asked, found) is None
    ),
    gap=currency_gap,
    unique=Unique.NAME,
    blank=Customer(name=""),
    by_setting=True,
)
