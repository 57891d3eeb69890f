"""How does a batch run?

Its items run one after the other, in an order that nobody may assume; none sees another's result,
and each fails for itself while the whole is answered 200 (2.6, quickbooks-money.md 0).
"""

from collections.abc import Callable
from typing import Any, Protocol

from streams.simulators.quickbooks.book import Record
from streams.simulators.quickbooks.refusals import Fault, missing
from streams.simulators.quickbooks.shapes import SHAPES

_MOST = 30


class Write(Protocol):
    """Carries out one write of the API."""

    def __call__(self, kind: str, operation: str, body: Record, *, twins: bool = False) -> Record:
        """Return the record as written. Raises Fault."""


def run_batch(
    body: object, *, write: Write, query: Callable[[str], Record], backwards: bool = False
) -> list[Record]:
    """Return the BatchItemResponse (2.6), as sent. Fault 1040 for more than 30 items."""
    items = body.get("BatchItemRequest") if isinstance(body, dict) else None
    if not isinstance(items, list):
        raise missing("BatchItemRequest")
    if len(items) > _MOST:
        raise Fault("1040", f"Batch request too large : {len(items)} items, the most is {_MOST}")
    if backwards:
        return [_run(item, write, query) for item in reversed(items)][::-1]
    return [_run(item, write, query) for item in items]


def _run(item: Any, write: Write, query: Callable[[str], Record]) -> Record:
    if not isinstance(item, dict):
        return missing("bId").body()
    try:
        answer = _answer(item, write, query)
    except Fault as fault:
        answer = fault.body()
    return answer | {"bId": item["bId"]} if "bId" in item else answer


def _answer(item: Record, write: Write, query: Callable[[str], Record]) -> Record:
    if "Query" in item:
        return {"QueryResponse": query(str(item["Query"]))}
    kind = next((name for name in item if name in SHAPES), None)
    if kind is None or not isinstance(item[kind], dict):
        raise Fault("2000", "Invalid Object Name : the batch item names no entity it can write")
    # As it was called in the item.
    return {kind: write(kind, _operation(item, item[kind]), item[kind])}


def _operation(item: Record, body: Record) -> str:
    if item.get("optionsData") == "void":
        return "void"
    # node-quickbooks sends items without one.
    return str(item.get("operation") or ("update" if body.get("Id") else "create"))
