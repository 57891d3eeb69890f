"""What `isthmus` can do: every command and group, one line each.

Our own refusals end here as a red sentence and exit code 1; anything else is a bug and shows
its traceback.
"""

import asyncio
import sys
from importlib.metadata import version
from typing import Annotated

import typer

from agents.cli.command_table import CommandTable, Entry
from agents.cli.console import REFUSED, complain, err, out, visible
from agents.cli.exit_status import ExitStatus
from agents.cli.helps import kept_help
from agents.cli.refusal import Refusal
from agents.cli.signals import heed_signals, told_to_end
from streams.loops import Policy
from streams.setting_faults import SettingsError

#: By what a person wants.
COMMANDS = {
    "See": {
        "status": Entry("status:status", "What works, what waits, how far the journal is."),
        "parked": Entry("parked:parked", "The records that wait, and what each waits for."),
        "unplaced": Entry("parked:unplaced", "The records that are only on one side."),
        "explain": Entry("explain:explain", "A record's whole story."),
        "ledger": Entry("ledger:app", "Whether the two ledgers agree."),
        "reconcile": Entry("reconcile:reconcile", "Both ledgers, to the cent, for an accountant."),
        "digest": Entry("digest:digest", "What waits, to accountants, once a day."),
    },
    "Mend": {
        "map": Entry("map:app", "Products as items, payment types as methods and accounts."),
        "link": Entry("link:link", "Take a customer for one that QuickBooks has already."),
        "unlink": Entry("link:unlink", "Take a linked customer for two again."),
        "retry": Entry("parked:retry", "Judge a parked record again."),
        "note": Entry("note:note", "Say who sees to a record that waits, and what is known."),
        "dismiss": Entry("note:dismiss", "List a record no more until something new happens."),
        "push": Entry("push:push", "Send documents that wait for it: all of them or none."),
        "pause": Entry("pause:pause", "Write nothing of a tenant, until it is resumed."),
        "resume": Entry("pause:resume", "Have a paused tenant go on, in order."),
        "retry-now": Entry("pause:retry_now", "Try at once what waits for a time."),
        "conflicts": Entry("conflicts:app", "What both sides changed, and whose value stands."),
        "confirm": Entry("confirm:confirm", "Let go what one side took away at once."),
        "lockouts": Entry("lockouts:app", "Partitions that wait out a lock."),
        "dead-letters": Entry("dead_letters:app", "Records that could not be used."),
    },
    "Set a tenant up": {
        "connect": Entry("connect:connect", "A link by which a company connects, once."),
        "connections": Entry("connections:app", "The tenants' connections."),
        # The module of the group's last command: with it come the others.
        "settings": Entry("preview:app", "A tenant's settings."),
        "preflight": Entry("preflight:preflight", "What to put right before it goes live."),
        "observe": Entry("golive:observe", "What it would write, while it only observes."),
        "go-live": Entry("golive:go_live", "Have it write what it intends."),
        "disconnect": Entry("connect:disconnect", "Revoke its tokens at Intuit, erase them."),
    },
    "Run": {
        "doctor": Entry("doctor.command:doctor", "What is wrong here, and what to do."),
        "worker": Entry("worker:run", "One stream worker, until SIGTERM."),
        "gateway": Entry("gateway:run", "QuickBooks' webhooks and publishers' changes."),
        "topics": Entry("topics:app", "The Kafka topics that Isthmus needs."),
        "erase": Entry("erasing.command:erase", "A person's earlier data, out of the journal."),
        "rebuild": Entry("rebuild:rebuild_", "The journal folded anew, beside the store."),
    },
    "Try": {
        "demo": Entry("demo:demo", "A publisher's day on a real Kafka, both ledgers checked."),
        "bench": Entry("bench:bench_", "The promised figures, each beside its rival."),
        "broker": Entry("broker:app", "The local Kafka of demo and tests."),
        "simulate": Entry("simulate:app", "A system to try Isthmus against."),
    },
}

#: What runs for ever writes into a log, where a sentence is a line.
SERVED = frozenset({"worker", "gateway"})


class Isthmus(CommandTable):
    """The commands of `isthmus`."""

    sections = COMMANDS


cli = typer.Typer(
    name="isthmus", cls=Isthmus, pretty_exceptions_enable=False, rich_markup_mode=None
)


def _show_version(wanted: bool) -> None:
    if wanted:
        out.print(f"isthmus {version('isthmus')}")
        raise typer.Exit


@cli.callback(no_args_is_help=True)
def isthmus(
    shown: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Its version."),
    ] = False,
) -> None:
    """Keep MediaOS and QuickBooks Online in step."""


def main(arguments: list[str] | None = None) -> None:
    """Run one command line; `arguments` default to those of the process."""
    words = sys.argv[1:] if arguments is None else arguments
    if arguments is None:
        heed_signals()
    if (text := kept_help(words)) is not None:
        out.print(text, markup=False, emoji=False, end="")
        sys.exit(ExitStatus.DONE)
    asyncio.set_event_loop_policy(Policy())
    try:
        cli(args=arguments)
    except Refusal as refusal:
        _refuse(str(refusal), in_a_log=not SERVED.isdisjoint(words[:1]))
    except SettingsError as wrong:
        _refuse(*wrong.problems, in_a_log=not SERVED.isdisjoint(words[:1]))
    except Exception as fault:
        if told_to_end(fault):
            sys.exit(ExitStatus.INTERRUPTED)
        raise


def _refuse(*sentences: str, in_a_log: bool) -> None:
    """Say no and end; `in_a_log`: a sentence is one line, however long."""
    for sentence in sentences:
        if in_a_log:
            err.print(visible(sentence), style=REFUSED, markup=False, emoji=False)
        else:
            complain(sentence)
    sys.exit(ExitStatus.NO)


if __name__ == "__main__":
    main()
