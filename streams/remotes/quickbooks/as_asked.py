"""Did QuickBooks take what is no amount as it was asked: its account, items, tax codes and classes?

Accepted is not applied (quickbooks-money.md 0).  What it does not show is not held against it, nor
is a country's own code in the place of TAX or NON, by which the lines of no other country go.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import msgspec

from streams.remotes.quickbooks.kinds.invoice_lines import GROUP, NOT_TAXABLE, SOLD, TAXABLE
from streams.remotes.quickbooks.wire_fields import Body

#: The codes that go by themselves (quickbooks-money.md 5.2); any other is a company's own, by id.
_PSEUDO = frozenset({TAXABLE, NOT_TAXABLE})

#: What is said of a sale when it is made, of a line too.
_NAMED_ONCE = (("ClassRef", "class"), ("DepartmentRef", "location"), ("SalesTermRef", "term"))

#: One beyond all sense may stand in a field that nobody knows, and is no Decimal.
_decode = msgspec.json.Decoder(dict[str, Any], float_hook=str).decode


def unlike(sent: bytes | None, entity: bytes) -> tuple[str, ...]:
    """Return, in words, what of a request came back as something else."""
    wanted, made = _decode(sent or b"{}"), _decode(entity)
    asked, shown = list(_sold(wanted)), list(_sold(made))
    told = [*_elsewhere(wanted, made), *_under(wanted, made)]
    for place, (wanted, there) in enumerate(_paired(asked, shown), start=1):
        called = f"line {place}" + (f" ({text})" if (text := there.get("Description")) else "")
        told += (f"{called}: {what}" for what in _apart(wanted[SOLD], there[SOLD]))
    return tuple(told)


def _elsewhere(asked: Body, shown: Body) -> Iterator[str]:
    """Yield that the money lies in another account than was asked for."""
    account, there = _value(asked, "DepositToAccountRef"), _value(shown, "DepositToAccountRef")
    if account and there and account != there:
        name = shown["DepositToAccountRef"].get("name")
        called = f"{name}, account {there}" if name else f"account {there}"
        yield f"account {account} was asked for, and its money is in {called}"


def _under(asked: Body, shown: Body) -> Iterator[str]:
    """Yield what a sale or a line was to be under, or to be paid by, where that is another one."""
    for name, called in _NAMED_ONCE:
        wanted, there = _value(asked, name), _value(shown, name)
        if wanted and there and wanted != there:
            yield f"{called} {wanted} was asked for, and it has {there}"


def _sold(body: Body) -> Iterator[Body]:
    for line in body.get("Line") or ():
        if isinstance(line.get(SOLD), dict):
            yield line
        yield from _sold(line.get(GROUP) or {})


def _paired(asked: list[Body], shown: list[Body]) -> Iterator[tuple[Body, Body]]:
    """Yield each line that was asked for with the one that came of it, by its Id.

    A new one had none: see `_made`.  Where not all of them are there, their amounts tell.
    """
    known = {line["Id"] for line in asked if line.get("Id")}
    by_id = {line.get("Id"): line for line in shown}
    new = [line for line in shown if line.get("Id") not in known]
    if known - by_id.keys() or len(new) != len(asked) - len(known):
        return
    made = iter(_made([line for line in asked if not line.get("Id")], new))
    for line in asked:
        yield line, by_id[line["Id"]] if line.get("Id") else next(made)


def _made(asked: list[Body], shown: list[Body]) -> list[Body]:
    """Return, for each new line that was asked for, the one that came of it.

    Nobody says in which order they come: first what is just as it was asked, then what costs and
    says the same; the rest in order.
    """
    found: dict[int, Body] = {}
    left = list(shown)
    for alike in (_same, _reads_alike, _any):
        for place, line in enumerate(asked):
            if place not in found:
                at = next((i for i, there in enumerate(left) if alike(line, there)), None)
                found |= {place: left.pop(at)} if at is not None else {}
    return [found[place] for place in range(len(asked))]


def _same(asked: Body, shown: Body) -> bool:
    return _reads_alike(asked, shown) and not any(_apart(asked[SOLD], shown[SOLD]))


def _reads_alike(asked: Body, shown: Body) -> bool:
    same = asked.get("Description") == shown.get("Description")
    return same and _amount(asked) == _amount(shown)


def _any(_asked: Body, _shown: Body) -> bool:
    return True


def _amount(line: Body) -> Decimal | None:
    try:
        return Decimal(str(line.get("Amount")))
    except ArithmeticError:
        return None


def _apart(asked: Body, shown: Body) -> Iterator[str]:
    item, there = _value(asked, "ItemRef"), _value(shown, "ItemRef")
    if item and there and item != there:
        name = shown["ItemRef"].get("name")
        yield f"item {item} was asked for, and it sells {f'{name}, ' if name else ''}item {there}"
    code, there = _value(asked, "TaxCodeRef"), _value(shown, "TaxCodeRef")
    if code and there and code != there and not (code in _PSEUDO and there not in _PSEUDO):
        yield f"tax code {code} was asked for, and it has {there}"
    yield from _under(asked, shown)


def _value(detail: Body, name: str) -> str | None:
    found = detail.get(name)
    return str(found["value"]) if isinstance(found, dict) and found.get("value") else None
