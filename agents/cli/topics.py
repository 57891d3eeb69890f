"""Make Isthmus' topics, and refuse to go on over one that would lose or reorder events.

Nothing is ever altered: a wrong partition count cannot be mended without breaking the order of
its keys, so a person decides what becomes of a topic that differs.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Any

import typer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import KafkaError, for_code

from agents.cli.console import err, out, show_json
from agents.cli.environment import process_settings
from agents.cli.exit_status import ExitStatus
from agents.cli.refusal import Refusal
from agents.cli.table import show_table
from streams.cluster import Cluster
from streams.kafka.knocking import NO_RIGHT, refused
from streams.kafka.probe import admin, quiet
from streams.kafka.rewriting import rewriting_told
from streams.kafka.topic_faults import TopicsWrongError
from streams.topics import TOPICS, Existing, Fault, Layout, Topic, compare, config

app = typer.Typer(help="The Kafka topics that Isthmus needs.", no_args_is_help=True)

ANSWER_SECONDS = 30
LOOK_EVERY_SECONDS = 0.1
SHOWN = ("cleanup.policy", "retention.ms", "retention.bytes", "min.insync.replicas")

Partitions = Annotated[
    int, typer.Option(min=1, max=10_000, help="Partitions of each topic, fixed for ever.")
]
SingleNode = Annotated[
    bool, typer.Option(help="Relax replication and min.insync.replicas to 1, and nothing else.")
]
Json = Annotated[bool, typer.Option("--json", help="Print a JSON document.")]


@app.command()
def create(
    partitions: Partitions = Layout().partitions,
    single_node: SingleNode = False,
    as_json: Json = False,
) -> None:
    """Make the topics that are missing; refuse over one that differs or is too weak."""
    layout = _layout(partitions, single_node=single_node)
    cluster = _cluster()
    wanted = topics_on(cluster)
    with err.status("Making topics"):
        made, faults = _run(ensure(cluster, layout, wanted))
    if faults:
        raise Refusal(_sentence(faults))
    if as_json:
        show_json({"made": made, "kept": [t.name for t in wanted if t.name not in made]})
    else:
        out.print(f"{len(made)} topics made, {len(wanted) - len(made)} were there and are right.")


@app.command()
def describe(
    partitions: Partitions = Layout().partitions,
    single_node: SingleNode = False,
    as_json: Json = False,
) -> None:
    """Show each topic as it is, beside what it must be; exit code 1 when one is not right."""
    layout = _layout(partitions, single_node=single_node)
    cluster = _cluster()
    wanted = topics_on(cluster)
    with err.status("Reading topics"):
        found = _run(_read(cluster, wanted))
    if as_json:
        show_json([_as_json(topic, found.get(topic.name), layout) for topic in wanted])
    else:
        _show(wanted, found, layout)
    if any(_faults(topic, found.get(topic.name), layout) for topic in wanted):
        raise typer.Exit(ExitStatus.NO)


def topics_on(cluster: Cluster) -> tuple[Topic, ...]:
    """Return our topics by the names that they have on the brokers."""
    return tuple(replace(topic, name=cluster.named(topic.name)) for topic in TOPICS)


async def ensure(
    cluster: Cluster, layout: Layout, wanted: Sequence[Topic]
) -> tuple[list[str], list[Fault]]:
    """Make what is missing and compare what is there; makes nothing when something is wrong.

    Returns the names of the topics that were made, and every fault of those that were there.
    Raises KafkaError when the broker refuses, TimeoutError when it does not answer.
    """
    async with asyncio.timeout(ANSWER_SECONDS), admin(cluster) as client:
        if (told := await rewriting_told(cluster)) is not None:
            raise TopicsWrongError(told)
        found = await existing(client, wanted)
        faults = [
            fault
            for topic in wanted
            if topic.name in found
            for fault in compare(topic, found[topic.name], layout)
        ]
        missing = [topic for topic in wanted if topic.name not in found]
        if faults or not missing:
            return [], faults
        await _make(client, missing, layout)
        # Kafka agrees before its brokers know: who starts right after us must find them.
        while len(await existing(client, wanted)) < len(wanted):  # noqa: ASYNC110 - no event
            await asyncio.sleep(LOOK_EVERY_SECONDS)
        return [topic.name for topic in missing], []


async def existing(client: AIOKafkaAdminClient, wanted: Sequence[Topic]) -> dict[str, Existing]:
    """Describe those of the wanted topics that the broker has, by name."""
    ours = {topic.name for topic in wanted}
    shapes = {
        each["topic"]: each["partitions"]
        for each in await client.describe_topics()
        if each["topic"] in ours
    }
    configs = await _configs(client, sorted(shapes))
    return {
        name: Existing(
            name=name,
            partitions=len(parts),
            replication=min((len(part["replicas"]) for part in parts), default=0),
            config=configs[name],
        )
        for name, parts in shapes.items()
    }


async def _configs(client: AIOKafkaAdminClient, names: Sequence[str]) -> dict[str, dict[str, str]]:
    if not names:
        return {}
    asked = [ConfigResource(ConfigResourceType.TOPIC, name) for name in names]
    configs: dict[str, dict[str, str]] = {}
    for response in await client.describe_configs(asked):
        for code, text, _, name, entries in response.resources:
            if code:
                raise for_code(code)(text)
            configs[name] = {entry[0]: entry[1] for entry in entries}
    return configs


async def _make(client: AIOKafkaAdminClient, missing: list[Topic], layout: Layout) -> None:
    response = await client.create_topics(
        [
            NewTopic(
                name=topic.name,
                num_partitions=layout.partitions,
                replication_factor=layout.replication,
                topic_configs=config(topic, layout),
            )
            for topic in missing
        ]
    )
    # aiokafka hands the broker's refusals back and raises nothing.
    for name, code, *text in response.topic_errors:
        if code:
            raise for_code(code)(f"{name}: {text[0] if text else 'no reason given'}")


async def _read(cluster: Cluster, wanted: Sequence[Topic]) -> dict[str, Existing]:
    async with asyncio.timeout(ANSWER_SECONDS), admin(cluster) as client:
        return await existing(client, wanted)


def _run(work: Any) -> Any:
    try:
        with quiet():
            return asyncio.run(work)
    except (OSError, TimeoutError, *NO_RIGHT) as fault:
        raise Refusal(refused(fault, _cluster())) from fault
    except TopicsWrongError as fault:
        raise Refusal(str(fault)) from fault
    except KafkaError as fault:
        if fault.retriable:
            raise Refusal(refused(fault, _cluster())) from fault
        raise Refusal(
            f"Kafka at {_cluster().brokers} refuses ({fault}): with one broker add --single-node; "
            "else ask its owners why."
        ) from fault


def _cluster() -> Cluster:
    return process_settings().cluster


def _layout(partitions: int, *, single_node: bool) -> Layout:
    layout = Layout(partitions=partitions)
    return layout.on_a_single_node() if single_node else layout


def _faults(topic: Topic, found: Existing | None, layout: Layout) -> tuple[Fault, ...]:
    if found is None:
        return (Fault(topic=topic.name, what="topic", found="missing", expected="made"),)
    return compare(topic, found, layout)


def _sentence(faults: list[Fault]) -> str:
    named = "".join(f"\n  {fault}" for fault in faults)
    return (
        "Topics are not as they must be, so nothing was made: alter what can be altered, or move "
        "their data and delete them, then try again (a single broker takes --single-node)."
        f"{named}"
    )


def _as_json(topic: Topic, found: Existing | None, layout: Layout) -> dict[str, object]:
    return {
        "name": topic.name,
        "doc": topic.doc,
        "exists": found is not None,
        "partitions": found.partitions if found else None,
        "replication": found.replication if found else None,
        "config": {name: found.config.get(name) for name in SHOWN} if found else None,
        "faults": [str(fault) for fault in _faults(topic, found, layout)],
    }


def _show(wanted: Sequence[Topic], found: dict[str, Existing], layout: Layout) -> None:
    rows = []
    for topic in wanted:
        there = found.get(topic.name)
        faults = _faults(topic, there, layout)
        verdict = "; ".join(f"{f.what} is {f.found}, must be {f.expected}" for f in faults)
        rows.append((topic.name, *_cells(there), verdict or "right"))
    columns = ("topic", "partitions", "copies", "in sync", "kept", "verdict")
    show_table(columns, rows, ids=("topic", *columns[1:-1]))


def _cells(found: Existing | None) -> tuple[str, ...]:
    if found is None:
        return ("-",) * 4
    kept = found.config.get("retention.ms", "")
    policy = found.config.get("cleanup.policy", "?")
    if policy == "compact":
        kept = "newest by key"
    elif kept == "-1":
        kept = "for ever"
    elif kept.isdigit():
        kept = f"{int(kept) / 86_400_000:g} days"
    if policy not in {"compact", "delete"}:
        kept = f"{kept} ({policy})"
    numbers = (found.partitions, found.replication, found.config.get("min.insync.replicas", "?"))
    return (*(str(each) for each in numbers), kept)
