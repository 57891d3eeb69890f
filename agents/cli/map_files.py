"""How do mappings leave as a table, and come back?  CSV in UTF-8, one line a product.

An import does all of a file or nothing: its faults are shown together, and nothing is asked for
while there is one.
"""

import csv
import io
import sys
from pathlib import Path
from typing import Annotated

import typer

from agents.cli.console import show_json
from agents.cli.formatting import count, plain, say
from agents.cli.journal_state import State, reading
from agents.cli.lookup import choose_tenant
from agents.cli.options import Json, TenantName
from agents.cli.print_results import sentence
from agents.cli.refusal import Refusal
from agents.cli.send_request import Ask, asking, new_id
from agents.rules.products.product_mapping_csv import COLUMNS, NEEDED, header_faults, wanted
from agents.rules.products.suggest import suggestions
from schemas.facts import RequestTaken
from schemas.requests import MapProduct, ReadItems
from schemas.state import Tenant

File = Annotated[str, typer.Argument(help="A file of CSV; - is standard input or output.")]
Suggested = Annotated[
    bool, typer.Option("--suggested", help="Fill in the likeliest item of unmapped products.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what it would do, and do nothing.")]


def export(
    file: File = "-",
    suggested: Suggested = False,
    tenant: TenantName = None,
    as_json: Json = False,
) -> None:
    """Write all products and their items as CSV, to be edited and imported again."""

    async def work(state: State) -> list[dict[str, str]]:
        return table(state.tenant(choose_tenant(state.tenants(), tenant)), suggested=suggested)

    rows = reading(work)
    if as_json:
        show_json(rows)
        return
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    if file == "-":
        sys.stdout.write(text.getvalue())
        return
    try:
        Path(file).write_text(text.getvalue(), encoding="utf-8")
    except OSError as fault:
        raise Refusal(f"{file} cannot be written: {fault.strerror}.") from fault
    say(f"{count(len(rows), 'product')} written to {file}.")


def import_(
    file: File, dry_run: DryRun = False, tenant: TenantName = None, as_json: Json = False
) -> None:
    """Map the products of a CSV file: all of it, or nothing where a line is wrong."""
    rows = read_rows(file)

    async def work(
        state: State, ask: Ask
    ) -> tuple[tuple[tuple[str, str], ...], list[RequestTaken]]:
        name = choose_tenant(state.tenants(), tenant)
        known = await ask(ReadItems(id=new_id(), tenant=name))
        if not known.done:
            raise Refusal(f"{known.detail}: the items of the file cannot be checked.")
        asked = wanted(rows, state.tenant(name))
        if asked.faults:
            raise Refusal("\n".join((f"{file}: nothing was mapped.", *asked.faults)))
        if dry_run:
            return asked.mappings, []
        return asked.mappings, [
            await ask(MapProduct(id=new_id(), tenant=name, product=product, item=item))
            for product, item in asked.mappings
        ]

    mappings, answers = asking(work)
    if as_json:
        told = [{"product": product, "item": item} for product, item in mappings]
        show_json({"dry_run": dry_run, "mappings": told, "answers": plain(answers)})
    else:
        _say(mappings, answers, dry_run=dry_run)
    if not all(answer.done for answer in answers):
        raise typer.Exit(1)


def table(tenant: Tenant, *, suggested: bool) -> list[dict[str, str]]:
    """Return a tenant's products with their items, those without one first."""
    likeliest = {each.product: each.item for each in reversed(suggestions(tenant))}
    rows = []
    for product in sorted(
        {*tenant.mediaos_products, *tenant.items}, key=lambda e: (e in tenant.items, e)
    ):
        item = tenant.items.get(product) or (likeliest.get(product, "") if suggested else "")
        names = (tenant.mediaos_products.get(product), tenant.qbo_items.get(item))
        shown = [ware.name if ware else "" for ware in names]
        rows.append(dict(zip(COLUMNS, (product, shown[0], item, shown[1]), strict=True)))
    return rows


def read_rows(file: str) -> list[tuple[int, dict[str, str]]]:
    """Return the rows of a CSV file with their line numbers; Refusal says what is wrong."""
    try:
        # Spreadsheets put a byte order mark in front.
        data = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        reader = csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""), restval="")
        faults = header_faults(reader.fieldnames)
        lines = () if faults else reader
        rows = [(reader.line_num, {name: row[name] for name in NEEDED}) for row in lines]
    except OSError as fault:
        raise Refusal(f"{file} cannot be read: {fault.strerror}.") from fault
    except (UnicodeDecodeError, csv.Error) as fault:
        raise Refusal(f"{file} is no CSV in UTF-8: {fault}.") from fault
    if faults:
        raise Refusal("\n".join((f"{file}: nothing was mapped.", *faults)))
    return rows


def _say(
    mappings: tuple[tuple[str, str], ...], answers: list[RequestTaken], *, dry_run: bool
) -> None:
    if not mappings:
        say("Nothing to change: every line is mapped so already, or names no item.")
    for product, item in mappings if dry_run else ():
        say(f"Would sell product {product} as item {item}.")
    for answer in answers:
        say(sentence(answer))
