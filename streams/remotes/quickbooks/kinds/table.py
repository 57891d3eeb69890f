"""Which kinds of record does QuickBooks have, that we read or write?"""

from typing import Any

from schemas.values import Kind
from streams.remotes.quickbooks.kinds.credit_application import CREDIT_APPLICATION
from streams.remotes.quickbooks.kinds.credit_memo import CREDIT_MEMO
from streams.remotes.quickbooks.kinds.customer import CUSTOMER
from streams.remotes.quickbooks.kinds.entity import Entity
from streams.remotes.quickbooks.kinds.invoice import INVOICE
from streams.remotes.quickbooks.kinds.payment import PAYMENT
from streams.remotes.quickbooks.kinds.product import PRODUCT
from streams.remotes.quickbooks.kinds.refund import REFUND

ENTITIES: dict[Kind, Entity[Any, Any]] = {
    each.kind: each
    for each in (CUSTOMER, INVOICE, CREDIT_MEMO, PAYMENT, CREDIT_APPLICATION, REFUND, PRODUCT)
}
