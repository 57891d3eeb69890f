"""How does a product cross MediaOS's wire?  One way: it is read and never written."""

from schemas import published
from schemas.products import Product
from schemas.values import Kind
from streams.remotes.mediaos.kinds.entity import Entity
from streams.remotes.mediaos.wire_reading import read_flag


def _read(raw: published.Product) -> Product:
    return Product(name=raw.name, active=read_flag(raw.active))


PRODUCT = Entity(kind=Kind.PRODUCT, path="products", read=_read)
