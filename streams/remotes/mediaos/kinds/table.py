"""Which kinds of record does MediaOS have, that we read or write?"""

from typing import Any

from schemas.values import Kind
from streams.remotes.mediaos.kinds.credit_application import CREDIT_APPLICATION
from streams.remotes.mediaos.kinds.credit_memo import CREDIT_MEMO
from streams.remotes.mediaos.kinds.customer import CUSTOMER
from streams.remotes.mediaos.kinds.entity import Entity
from streams.remotes.mediaos.kinds.invoice import INVOICE
from streams.remotes.mediaos.kinds.payment import PAYMENT
from streams.remotes.mediaos.kinds.product import PRODUCT
from streams.remotes.mediaos.kinds.refund import REFUND

ENTITIES: dict[Kind, Entity[Any, Any]] = {
    each.kind: each
    for each in (CUSTOMER, INVOICE, CREDIT_MEMO, PAYMENT, CREDIT_APPLICATION, REFUND, PRODUCT)
}
