"""How do mappings leave as a table, and come back?  CSV in UTF-8, one line for each source.

An import does all of a file or nothing: its faults are shown together, and nothing is asked for
while there is one.
"""

import csv
import io
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer

from agents.cli.console import show_json
from agents.cli.exit_status import ExitStatus
from agents.cli.formatting import plain, say
from agents.cli.journal_state import State, reading
from agents.cli.lookup import choose_tenant
from agents.cli.options import By, Json, TenantName
from agents.cli.print_results import sentence
from agents.cli.refusal import Refusal
from agents.cli.send_request import Ask, asking, new_id
from agents.rules.mappings.catalog_entries import known_sources, whole_names
from agents.rules.mappings.mapping_csv import cell, header_faults, needed, wanted
from agents.rules.mappings.policy import MappingPolicy
from agents.rules.mappings.suggest import suggestions
from agents.rules.mappings.table import MAPPINGS
from agents.rules.value_words import number_words
from schemas.facts import RequestTaken
from schemas.requests import ReadTargets, SetMapping
from schemas.tenant_state import Tenant

File = Annotated[str, typer.Argument(help="A file of CSV; - is standard input or output.")]
Suggested = Annotated[
    bool, typer.Option("--suggested", help="Fill in the likeliest target of what is unmapped.")
]
#: Faults of a file that are told one by one.
MOST_TOLD = 20

DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what it would do, and do nothing.")]


def policy_of(context: typer.Context) -> MappingPolicy:
    """Return the policy of the kind of mapping that a command was called for."""
    return MAPPINGS[context.obj]


def export(
    context: typer.Context,
    file: File = "-",
    suggested: Suggested = False,
    tenant: TenantName = None,
    as_json: Json = False,
) -> None:
    """Write all with what they are mapped to as CSV, to be edited and imported again."""
    policy = policy_of(context)

    async def work(state: State) -> list[dict[str, str]]:
        name = choose_tenant(state.tenants(), tenant)
        return table(state.tenant(name), policy, suggested=suggested)

    rows = reading(work)
    if as_json:
        show_json(rows)
        return
    text = io.StringIO()
    writer = csv.DictWriter(text, policy.columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: cell(text) for name, text in row.items()} for row in rows)
    if file == "-":
        sys.stdout.write(text.getvalue())
        return
    try:
        Path(file).write_text(text.getvalue(), encoding="utf-8")
    except OSError as fault:
        raise Refusal(f"{file} cannot be written: {fault.strerror}.") from fault
    say(f"{number_words(len(rows), policy.source)} written to {file}.")


def import_(
    context: typer.Context,
    file: File,
    dry_run: DryRun = False,
    tenant: TenantName = None,
    by: By = None,
    as_json: Json = False,
) -> None:
    """Map what a CSV file says: all of it, or nothing where a line is wrong."""
    policy = policy_of(context)
    kind = policy.kind
    rows = read_rows(file, policy)

    async def work(
        state: State, ask: Ask
    ) -> tuple[tuple[tuple[str, str], ...], list[RequestTaken]]:
        name = choose_tenant(state.tenants(), tenant)
        known = await ask(ReadTargets(id=new_id(), tenant=name, kind=kind))
        if not known.done:
            raise Refusal(f"{known.detail}: the {policy.target}s of the file cannot be checked.")
        asked = wanted(rows, state.tenant(name), policy)
        if asked.faults:
            raise _refusal(file, asked.faults)
        if dry_run:
            return asked.mappings, []
        return asked.mappings, [
            await ask(SetMapping(id=new_id(), tenant=name, kind=kind, source=of, target=to))
            for of, to in asked.mappings
        ]

    mappings, answers = asking(work, by)
    if as_json:
        told = [policy.told(*each) for each in mappings]
        show_json({"dry_run": dry_run, "mappings": told, "answers": plain(answers)})
    else:
        _say(policy, mappings, answers, dry_run=dry_run)
    if not all(answer.done for answer in answers):
        raise typer.Exit(ExitStatus.NO)


def table(tenant: Tenant, policy: MappingPolicy, *, suggested: bool) -> list[dict[str, str]]:
    """Return a tenant's sources with their targets, those without one first."""
    sources, called = known_sources(tenant, policy), whole_names(tenant.targets_of(policy.kind))
    mapped = tenant.mapped(policy.kind)
    proposed = reversed(suggestions(tenant, policy)) if suggested else ()
    likeliest = {each.source: each.target for each in proposed}
    rows = []
    for source in sorted({*sources, *mapped}, key=lambda e: (e in mapped, e)):
        target = mapped.get(source) or likeliest.get(source, "")
        name = sources[source].name if source in sources else ""
        cells = (source, name, target, called.get(target, ""))
        rows.append(dict(zip(policy.columns, cells, strict=True)))
    return rows


def read_rows(file: str, policy: MappingPolicy) -> list[tuple[int, dict[str, str]]]:
    """Return the rows of a CSV file with their line numbers; Refusal says what is wrong."""
    lines = _lines(file)
    _, header = next(lines, (1, []))
    if faults := header_faults(header, policy):
        raise _refusal(file, faults)
    places = {name: header.index(name) for name in needed(policy)}
    # A spreadsheet may leave out what is empty at a line's end.
    empty = [""] * len(header)
    return [
        (line, {name: (cells + empty)[place] for name, place in places.items()})
        for line, cells in lines
    ]


def _lines(file: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the cells of each line; Refusal where a quote that is not closed would swallow some."""
    reader = csv.reader(io.StringIO(_text(file), newline=""), strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error as fault:
            raise _refusal(file, [f"line {line}: it cannot be read ({fault})"]) from fault
        if cells is None:
            return
        if reader.line_num > line:
            raise _refusal(file, [f"line {line}: a cell in quotes goes on behind the line's end"])
        if cells:
            yield line, cells


def _text(file: str) -> str:
    try:
        data = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        # Spreadsheets put a byte order mark in front.
        return data.decode("utf-8-sig")
    except OSError as fault:
        raise Refusal(f"{file} cannot be read: {fault.strerror}.") from fault
    except UnicodeDecodeError as fault:
        raise Refusal(f"{file} is no CSV in UTF-8: {fault}.") from fault


def _refusal(file: str, faults: Sequence[str]) -> Refusal:
    """Return the refusal of a file: its first faults, and how many there are behind them."""
    rest = len(faults) - MOST_TOLD
    more = [f"{rest} more line{' is' if rest == 1 else 's are'} wrong."] if rest > 0 else []
    return Refusal("\n".join((f"{file}: nothing was mapped.", *faults[:MOST_TOLD], *more)))


def _say(
    policy: MappingPolicy,
    mappings: tuple[tuple[str, str], ...],
    answers: list[RequestTaken],
    *,
    dry_run: bool,
) -> None:
    if not mappings:
        say(f"Nothing to change: every line is mapped so already, or names no {policy.target}.")
    for source, target in mappings if dry_run else ():
        say(f"Would map {policy.source} {source} to {policy.target} {target}.")
    for answer in answers:
        say(sentence(answer))
