"""What is said of an erasure, and what is asked before one?"""

from dataclasses import dataclass

import typer

from agents.cli.formatting import say
from agents.cli.refusal import Refusal
from agents.rules.value_words import number_words
from schemas.values import RecordRef
from streams.kafka.minutes import Minutes


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What goes, or went: of `all_records` so many, with so many strings.

    `stays` is what the customer is called now, and stays; `unread` are records that nobody can
    read here, and that stay as they are.
    """

    customer: str
    lanes: tuple[str, ...]
    stays: tuple[str, ...]
    all_records: int
    records: int
    strings: int
    unread: int
    done: bool = False


def confirmed(record: RecordRef, report: Report) -> None:
    """Have the customer's id typed once more; Refusal where it is another."""
    _tell(report, "are to go")
    typed = typer.prompt(f"Nothing brings them back. Type {record.id} to erase", err=True)
    if typed.strip() != record.id:
        raise Refusal("Nothing was erased: what was typed is not the customer's id.")


def report_of(minutes: Minutes) -> Report:
    """Return what went, as it stood aside."""
    about = minutes.about
    return Report(
        customer=about["customer"],
        lanes=tuple(about["lanes"].split()),
        stays=(),
        all_records=sum(minutes.ends_before),
        records=int(about["records"]),
        strings=int(about["strings"]),
        unread=int(about["unread"]),
        done=True,
    )


def show(report: Report) -> None:
    """Print it."""
    if report.done:
        _tell(report, "are erased")
        say("The journal has as many records as before, and one claim more in each partition.")
    elif report.records:
        _tell(report, "would go")
        say("Nothing is changed.")
    else:
        say(f"Of {report.customer} the journal has nothing that the fold does not hold.")
        _tell_stays(report)


def _tell(report: Report, what: str) -> None:
    say(
        f"Of {report.customer} {number_words(report.strings, 'name')} and texts in "
        f"{number_words(report.records, 'record')} of {report.all_records:,} {what}."
    )
    _tell_stays(report)
    if report.unread:
        say(
            f"{number_words(report.unread, 'record')} of its lanes cannot be read, and stay "
            "as they are."
        )


def _tell_stays(report: Report) -> None:
    if report.stays:
        say(
            f"What it is called now stays: {', '.join(report.stays)}. Where that is still the "
            "person, change it in MediaOS or QuickBooks first, and run a worker until it is across."
        )
