"""Every cell of the table of life (life.md) names scenarios that exist, or says why not."""

import re
from importlib import import_module
from itertools import product
from pathlib import Path

import pytest

KINDS = ("customer", "invoice", "payment", "credit memo", "refund")
HAPPENS = ("born", "edited", "voided", "deleted", "brought back", "moved")
ROWS = [f"{each} in {side}" for each, side in product(HAPPENS, ("MediaOS", "QuickBooks"))]
#: MediaOS merges no advertisers.
ROWS += ["merged in QuickBooks"]

TEXT = (Path(__file__).parent / "life.md").read_text(encoding="utf-8")
CELLS = {
    (row, kind): told
    for row, body in re.findall(r"^## (.+)\n\n((?:- .+\n)+)", TEXT, re.MULTILINE)
    for kind, told in re.findall(r"^- ([^:]+): (.+)$", body, re.MULTILINE)
}


@pytest.mark.all_rows
def test_the_table_has_a_cell_for_whatever_may_happen_to_each_kind():
    assert [*CELLS] == [*product(ROWS, KINDS)]


@pytest.mark.all_rows
@pytest.mark.parametrize(("row", "kind"), CELLS, ids=[f"{kind} {row}" for row, kind in CELLS])
def test_each_cell_names_scenarios_that_exist(row, kind):
    told = CELLS[row, kind]
    if told.startswith("never, "):
        return
    named = re.findall(r"`(test_\w+)::(test_\w+)`", told)
    assert ", ".join(f"`{module}::{name}`" for module, name in named) == told
    for module, name in named:
        found = getattr(import_module(f"tests.scenarios.both.{module}"), name, None)
        assert callable(found), f"{module}::{name} is no scenario: what proves a {kind} {row}?"
