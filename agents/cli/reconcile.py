"""What does an accountant read?  Both ledgers by customer, and each document on which they differ.

Exit code 0 when they agree, 3 when they do except for what waits, 4 when they differ, 2 when one
cannot tell, and 1 for a refusal.
"""

import asyncio
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from msgspec.structs import replace

from agents.audit.check import reconcile as examine
from agents.audit.reconciliation import Reconciliation
from agents.cli.bars import reading_bar
from agents.cli.console import show_json
from agents.cli.exit_status import ExitStatus
from agents.cli.journal_state import State
from agents.cli.kept_report import fitting, report_of
from agents.cli.ledger import STATUSES, examined, or_give_up
from agents.cli.options import By, Json
from agents.cli.reconcile_report import as_json, show
from agents.cli.refusal import Refusal
from agents.cli.send_request import Ask, asking, new_id
from agents.process.clock import SystemClock
from agents.rules.ledger_table import as_csv
from schemas.catalog import NotUnderstoodError, decode_request, encode
from schemas.facts import RequestTaken
from schemas.kept_requests import KeepReconciliation
from schemas.values import ZERO

Name = Annotated[str, typer.Argument(metavar="TENANT", help="The tenant whose books are read.")]
AsOf = Annotated[
    str | None,
    typer.Option("--as-of", metavar="DATE", help="Leave out documents dated after it: 2026-11-30."),
]
Csv = Annotated[
    str | None, typer.Option("--csv", metavar="FILE", help="Write it as a table of CSV, too.")
]
Keep = Annotated[
    bool,
    typer.Option(
        "--keep", help="Keep what it comes to, for `isthmus status`, the console and metrics."
    ),
]
Scheduled = Annotated[
    bool, typer.Option("--scheduled", help="End with 0 once it is kept, whatever it came to.")
]
Customers = Annotated[
    bool, typer.Option("--customers", help="Show all customers, also where both sides agree.")
]


def reconcile(
    tenant: Name,
    as_of: AsOf = None,
    csv: Csv = None,
    customers: Customers = False,
    keep: Keep = False,
    scheduled: Scheduled = False,
    by: By = None,
    as_json_: Json = False,
) -> None:
    """Show what both ledgers come to, and why they differ in each document that differs.

    As of a day, documents dated after it are left out and what they settle counts as open.
    Neither side tells when an application was made or what a document said before an edit: an
    earlier payment settles what it settles now, and what was deleted since never was.

    --keep is for a scheduler, once a day: what it comes to shows in `isthmus status`, and alerts
    when it differs twice on end or grows old.  The exit status is 0 when the ledgers agree, 3 when
    they do except for what waits, 4 when they differ, 2 when something cannot be read, 1 when it is
    refused; with --scheduled it is 0 once it is kept, whatever it came to, since alerts tell that.
    """
    if scheduled and not keep:
        raise Refusal("--scheduled goes with --keep: else nobody hears what it came to.")
    day = _day(as_of)
    if keep and day is not None:
        raise Refusal("--keep is of both books as they stand: leave out --as-of.")
    clock = SystemClock()
    with or_give_up(), reading_bar(clock) as told:
        look = partial(examine, day=day, hear=told)
        since = clock.now()
        found = asyncio.run(examined(tenant, look))
        read = (since, clock.now())
    if keep:
        _keep(found, since, by)
    if csv is not None:
        _write(csv, as_csv(report_of(found)))
    if as_json_:
        show_json(as_json(found, *read))
    else:
        show(found, *read, every=customers)
    raise typer.Exit(ExitStatus.DONE if scheduled else STATUSES[found.agreement])


def _keep(found: Reconciliation, since: datetime, by: str | None) -> None:
    differs = len(found.unexplained)
    request = KeepReconciliation(
        id=new_id(),
        tenant=found.tenant,
        at=since,
        differs=differs,
        waits=len(found.differences) - differs,
        amount=sum((abs(e.amount) for e in found.unexplained if not e.currency), ZERO),
        report=fitting(report_of(found)),
    )
    try:
        decode_request(encode(request))
    except NotUnderstoodError:
        # What a side shows is beyond a limit: then its sums alone are kept.
        request = replace(request, report=None)

    async def work(_state: State, ask: Ask) -> RequestTaken:
        return await ask(request)

    answer = asking(work, by)
    if not answer.done:
        raise Refusal(f"It is not kept: {answer.detail}.")


def _day(given: str | None) -> date | None:
    try:
        return None if given is None else date.fromisoformat(given)
    except ValueError as wrong:
        raise Refusal(f"--as-of is {given!r}, expected a day: 2026-11-30.") from wrong


def _write(file: str, text: str) -> None:
    try:
        Path(file).write_text(text, encoding="utf-8")
    except OSError as fault:
        raise Refusal(f"{file} cannot be written: {fault.strerror}.") from fault
