"""Which records could not be used, why, and what is to become of them?

A letter is named by the place its bytes came from: topic/partition/offset.  To retry publishes
the bytes again; if they are still of no use they come back as a letter of a new place.
"""

import asyncio
import base64
import re
from collections.abc import Awaitable, Callable, Iterable
from typing import Annotated, Any, TypeVar

import typer

from agents.cli.console import WARNED, complain, show_json
from agents.cli.environment import process_settings
from agents.cli.formatting import moment, plain, say, show_line
from agents.cli.journal_faults import sentences
from agents.cli.options import By, Json
from agents.cli.refusal import Refusal
from agents.cli.send_request import who
from agents.cli.table import show_table
from agents.dead_letters.manage import Filed, Files, Place, StuckError, file, retry, value_of
from agents.dead_letters.manage import discard as give_up
from agents.process.clock import SystemClock
from agents.rules.value_words import number_words
from schemas.limits import LONGEST_LINE
from streams.kafka.history import KafkaHistory
from streams.kafka.probe import quiet
from streams.outbox.kafka_producer import Producer

T = TypeVar("T")

app = typer.Typer(help="Records that could not be used.", no_args_is_help=True)

PLACE = re.compile(r"([A-Za-z0-9._-]+)/(\d{1,6})/(-?\d{1,18})")

COLUMNS = ("place", "buried", "key", "bytes", "reason", "state")

Where = Annotated[str, typer.Argument(help="Its place: topic/partition/offset.")]
Wheres = Annotated[list[str], typer.Argument(help="Their places: topic/partition/offset.")]
OfTopic = Annotated[str | None, typer.Option("--topic", help="Only those from this topic.")]
Why = Annotated[str, typer.Option("--reason", metavar="WHY", help="Why, for who looks later.")]
AndClosed = Annotated[bool, typer.Option("--all", help="Also those retried or discarded.")]


@app.command(name="list")
def list_(topic: OfTopic = None, closed: AndClosed = False, as_json: Json = False) -> None:
    """List the letters that wait for somebody, oldest first."""

    async def work(history: KafkaHistory) -> Files:
        return await file(history)

    files = _reading(work)
    which = files.by_place.values() if closed else files.waiting()
    found = [filed for filed in which if topic in {None, filed.place.topic}]
    if as_json:
        show_json([_plain(filed) for filed in found])
    elif not found:
        say("No dead letter waits: every record could be used, or was retried or discarded.")
    else:
        show_table(COLUMNS, (_cells(filed) for filed in found), ids=("place", "buried"))
    if files.illegible:
        # Never silent, and never in the way of a program that reads the list.
        told = f"{number_words(files.illegible, 'record')} of the topic cannot be read as a letter."
        complain(told, WARNED)


@app.command()
def show(place: Where, as_json: Json = False) -> None:
    """Show one letter with its bytes."""
    wanted = place_of(place)

    async def work(history: KafkaHistory) -> tuple[Filed, bytes | None, str]:
        filed = _find(await file(history), wanted)
        try:
            return filed, await value_of(history, filed), "none"
        except StuckError as fault:
            return filed, None, f"none. {fault}"

    filed, value, nothing = _reading(work)
    if as_json:
        show_json({**_plain(filed), "value": plain(value), "text": _text(value)})
        return
    for name, cell in zip(COLUMNS, _cells(filed), strict=True):
        show_line(f"{name}: {cell}")
    show_line(f"value: {nothing if value is None else _text(value) or _base64(value)}")


@app.command(name="retry")
def retry_(places: Wheres, by: By = None, as_json: Json = False) -> None:
    """Publish the bytes again, to their topic and under their key."""
    name = who(by)

    async def work(filed: Filed, history: KafkaHistory, outbox: Producer) -> str:
        if filed.closed == "retried":
            return f"was retried at {moment(filed.closed_at or filed.letter.at)} already"
        await retry(history, outbox, SystemClock(), filed, name)
        return "is published again"

    _each(places, work, as_json=as_json)


@app.command()
def discard(places: Wheres, reason: Why = "", by: By = None, as_json: Json = False) -> None:
    """Give the letters up; they can still be retried while Kafka keeps them."""
    name, why = who(by), _line(reason)

    async def work(filed: Filed, _history: KafkaHistory, outbox: Producer) -> str:
        if filed.closed is not None:
            return f"was {filed.closed} at {moment(filed.closed_at or filed.letter.at)} already"
        await give_up(outbox, SystemClock(), filed, name, why)
        return "is discarded"

    _each(places, work, as_json=as_json)


def place_of(text: str) -> Place:
    """Read a letter's place; Refusal says how it is written."""
    found = PLACE.fullmatch(text)
    if found is None:
        raise Refusal(
            f"The place is {text!r}, expected topic/partition/offset, as mediaos-changes/3/17: see "
            "`isthmus dead-letters list`."
        )
    return Place(found[1], int(found[2]), int(found[3]))


def _line(reason: str) -> str:
    if len(reason) > LONGEST_LINE or not all(each.isprintable() for each in reason):
        raise Refusal(f"--reason has at most {LONGEST_LINE:,} characters, all of which one sees.")
    return reason.strip()


def _each(
    places: Iterable[str],
    work: Callable[[Filed, KafkaHistory, Producer], Awaitable[str]],
    *,
    as_json: bool,
) -> None:
    wanted = list(dict.fromkeys(place_of(each) for each in places))

    async def all_of_them(history: KafkaHistory) -> list[tuple[Place, str]]:
        files = await file(history)
        # All are there before anything is done about one of them.
        found = [_find(files, place) for place in wanted]
        outbox = Producer(process_settings().cluster)
        try:
            return [(filed.place, await work(filed, history, outbox)) for filed in found]
        finally:
            await outbox.stop()

    done = _reading(all_of_them)
    if as_json:
        show_json([{"place": str(place), "detail": detail} for place, detail in done])
    else:
        for place, detail in done:
            say(f"{place} {detail}.")


def _reading(work: Callable[[KafkaHistory], Awaitable[T]]) -> T:
    cluster = process_settings().cluster

    async def connected() -> T:
        history = KafkaHistory(cluster)
        try:
            await history.start()
            return await work(history)
        finally:
            await history.stop()

    with quiet(), sentences(cluster):
        try:
            return asyncio.run(connected())
        except StuckError as fault:
            raise Refusal(str(fault)) from fault


def _find(files: Files, place: Place) -> Filed:
    found = files.by_place.get(place)
    if found is None:
        raise Refusal(f"There is no dead letter of {place}: see `isthmus dead-letters list`.")
    return found


def _plain(filed: Filed) -> dict[str, Any]:
    letter = filed.letter
    return {
        "place": str(filed.place),
        "topic": letter.topic,
        "partition": letter.partition,
        "offset": letter.offset,
        "key": plain(letter.key),
        "key_text": _text(letter.key),
        "bytes": filed.size,
        "reason": letter.reason,
        "at": plain(letter.at),
        "closed": filed.closed,
        "closed_at": plain(filed.closed_at),
        "closed_by": filed.closed_by,
        "closed_why": filed.closed_why,
    }


def _cells(filed: Filed) -> tuple[str, ...]:
    letter = filed.letter
    return (
        str(filed.place),
        moment(letter.at),
        _text(letter.key) or "(not text)",
        "-" if filed.size is None else str(filed.size),
        letter.reason,
        _state(filed),
    )


def _state(filed: Filed) -> str:
    if not filed.closed or not filed.closed_at:
        return "waits"
    by = f" by {filed.closed_by}" if filed.closed_by else ""
    why = f": {filed.closed_why}" if filed.closed_why else ""
    return f"{filed.closed} {moment(filed.closed_at)}{by}{why}"


def _base64(data: bytes) -> str:
    return f"(no text; in base64) {base64.b64encode(data).decode()}"


def _text(data: bytes | None) -> str | None:
    try:
        return None if data is None else data.decode()
    except UnicodeDecodeError:
        return None
