"""What is a person told who maps something to what others are mapped to as well?"""

from types import SimpleNamespace

import pytest

from agents.requests.mapping_requests import MappingRequests
from schemas.requests import SetMapping
from schemas.tenant_state import CatalogEntry, Tenant
from schemas.values import MappingKind, Revision

KNOWN = CatalogEntry(name="Bank", revision=Revision(False, 1))
PRODUCT, LINE_TYPE = MappingKind.PRODUCT, MappingKind.LINE_TYPE
INTO, OUT_OF = MappingKind.PAYMENT_ACCOUNT, MappingKind.REFUND_ACCOUNT


@pytest.mark.parametrize(
    ("kind", "source", "mapped", "told"),
    [
        (PRODUCT, "7", {}, "product 7 is sold as item 19"),
        (PRODUCT, "7", {PRODUCT: ("8",)}, "product 7 is sold as item 19, as 8 is"),
        (
            PRODUCT,
            "7",
            {PRODUCT: ("8",), LINE_TYPE: ("3",)},
            "product 7 is sold as item 19, as 8, line item type 3 are",
        ),
        (
            INTO,
            "Other",
            {OUT_OF: ("Check",)},
            "payment type Other is deposited to account 19; payment type Check is paid out of it",
        ),
        (
            OUT_OF,
            "Check",
            {INTO: ("Other", "Check")},
            (
                "payment type Check is paid out of account 19; payment type Check is deposited to "
                "it; payment type Other is deposited to it"
            ),
        ),
    ],
)
async def test_what_else_goes_to_the_same_is_said_in_words(kind, source, mapped, told):
    tenant = Tenant(
        mappings={of: dict.fromkeys(sources, "19") for of, sources in mapped.items()},
        targets={of: {"19": KNOWN} for of in (PRODUCT, OUT_OF)},
    )
    asked = SetMapping(id="r1", tenant="t1", kind=kind, source=source, target="19")

    done, said, _ = await MappingRequests(None, None, None).answer(
        SimpleNamespace(tenant_state=tenant), asked
    )

    assert done
    assert said == told
