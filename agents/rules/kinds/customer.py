"""A customer: an advertiser of MediaOS, made there and nowhere else."""

from msgspec.structs import replace

from agents.rules.kinds.emails import emails_across, emails_left_out
from agents.rules.kinds.policy import BOTH, TO_QBO, Field, Limit, SyncPolicy, Unique
from schemas.facts import DecisionInput
from schemas.records import Customer
from schemas.values import Kind, Side

#: Characters that QBO refuses in a DisplayName (quickbooks-online.md 7, Customer).
NOT_IN_NAMES = str.maketrans({":": "-", "\t": " ", "\n": " "})


def _convert(customer: Customer, to: Side, given: DecisionInput) -> Customer:
    customer = replace(customer, email=emails_across(to, given, customer.email))
    if to is Side.MEDIAOS:
        return customer
    return replace(customer, name=" ".join(customer.name.translate(NOT_IN_NAMES).split()))


#: The lengths are QBO's (quickbooks-online.md 7).
POLICY = SyncPolicy(
    kind=Kind.CUSTOMER,
    fields={
        "name": Field(BOTH, None, on_create=True, limit=Limit(500, TO_QBO)),
        "email": Field(BOTH, Side.MEDIAOS),
        "phone": Field(BOTH, Side.MEDIAOS, limit=Limit(30, TO_QBO)),
        "billing": Field(BOTH, Side.MEDIAOS),
    },
    born=frozenset({Side.MEDIAOS}),
    needs=(),
    convert=_convert,
    left_out=lambda customer: emails_left_out(customer.email),
    same=lambda asked, found: asked.name.casefold() == found.name.casefold(),
    unique=Unique.NAME,
    blank=Customer(name=""),
)
