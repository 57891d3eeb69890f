"""How does one side show what is sold: a product of MediaOS, an item of QuickBooks?"""

import msgspec


class Product(
    msgspec.Struct, frozen=True, gc=False, kw_only=True, tag="product", omit_defaults=True
):
    """A product of MediaOS, an item of QBO.

    `path` is the whole name of an item that stands in others, as QBO writes it (`Print:Banner`),
    `unsold` what one is that no line can name: a category, a bundle; `code` is its SKU there,
    `ledger` the account that it earns for, by its id.
    """

    name: str
    active: bool = True
    path: str = ""
    unsold: str = ""
    code: str = ""
    ledger: str = ""
