"""Does Kafka answer, does it let us do what we must, and are the topics as they must be?"""

from collections import Counter
from collections.abc import Iterator

from aiokafka.errors import KafkaError

from agents.cli.doctor.finding import Finding, fault, ok, warning
from agents.cli.doctor.role import Role
from agents.cli.topics import existing, topics_on
from streams.cluster import Cluster
from streams.kafka.knocking import MissingRightError, NotLetInError, Wanted, knock, refused
from streams.kafka.needs import needs_of
from streams.kafka.probe import admin, quiet
from streams.kafka.rewriting import told_of
from streams.kafka.rights import Right
from streams.kafka.topic_shapes import SHUT
from streams.topics import JOURNAL, Existing, Layout, Topic, compare

#: As `isthmus erase` leaves the journal until it has ended, and nobody else.
SHUT_ALONE = (
    "The journal takes no records (its max.message.bytes is 1), and nothing of it stands aside: "
    "have Kafka's owners take that setting off it."
)
MADE = "make them by `isthmus topics create`"


async def kafka(
    cluster: Cluster, group: str, role: Role, *, single_node: bool, console: bool
) -> list[Finding]:
    """Return what is to be said of the brokers, our rights there, and the topics.

    `console` tells whether the gateway's is on.
    """
    needs = needs_of(role, console=console)
    try:
        await knock(cluster)
    except NotLetInError as out:
        return [fault("kafka", str(out))]
    found = [ok("kafka", f"{cluster.brokers} answers and lets us in.")]
    try:
        of_group = Right.READ if role == "worker" else Right.DESCRIBE
        await knock(cluster, needs, group, of_group=of_group)
    except MissingRightError as missing:
        found.append(fault("rights", f"As {role}: {missing}"))
    else:
        found.append(ok("rights", f"All that {role} needs is given."))
    try:
        with quiet():
            return [*found, *await topics(cluster, role, needs, single_node=single_node)]
    except (KafkaError, OSError) as silent:
        return [*found, fault("topics", refused(silent, cluster))]


async def topics(
    cluster: Cluster, role: Role, needs: Wanted, *, single_node: bool
) -> list[Finding]:
    """Return what is to be said of the topics; an operator alone may see how they are set."""
    wanted = [each for each in topics_on(cluster) if cluster.ours(each.name) in needs]
    async with admin(cluster) as client:
        shapes = await client.describe_topics()
        counts = {each["topic"]: len(each["partitions"]) for each in shapes}
        there = await existing(client, wanted) if role == "operator" else {}
    if (told := await told_of(cluster, counts)) is not None:
        # What else is wrong of them is so since the journal is being put in place.
        return [fault("erasing", told)]
    missing = [each.name for each in wanted if each.name not in counts]
    if missing:
        return [fault("topics", f"Kafka has no {', '.join(missing)}: {MADE}.")]
    partitions = counts[cluster.named(JOURNAL.name)] if JOURNAL.name in needs else None
    others = [each.name for each in wanted if partitions not in {None, counts[each.name]}]
    if others:
        return [_other_counts(others, counts, partitions)]
    if _is_shut(there.get(cluster.named(JOURNAL.name))):
        return [fault("erasing", SHUT_ALONE)]
    layout = Layout(partitions=partitions or 1)
    wrong = list(_wrong(wanted, there, layout, single_node=single_node))
    return wrong or [ok("topics", f"All {len(wanted)} are there{_each_with(partitions)}.")]


def _is_shut(journal: Existing | None) -> bool:
    return journal is not None and SHUT.items() <= journal.config.items()


def _other_counts(others: list[str], counts: dict[str, int], partitions: int | None) -> Finding:
    told = ", ".join(f"{name} has {counts[name]}" for name in others)
    return fault(
        "topics",
        f"The journal has {partitions} partitions, and {told}: a count is fixed when a topic is "
        "made, so name the right brokers, or make that topic anew.",
    )


def _each_with(partitions: int | None) -> str:
    return f", each with {partitions} partitions" if partitions else ""


def _wrong(
    wanted: list[Topic], there: dict[str, Existing], layout: Layout, *, single_node: bool
) -> Iterator[Finding]:
    """Yield what differs; what one broker alone cannot give is a warning until that is said."""
    alone, weak = layout.on_a_single_node(), Counter[str]()
    for topic in (each for each in wanted if each.name in there):
        bad = compare(topic, there[topic.name], alone)
        for each in bad:
            yield fault("topics", f"{each}: have Kafka's owners set it.")
        known = {each.what for each in bad}
        for each in compare(topic, there[topic.name], layout):
            if each.what not in known:
                weak[f"{each.what} is {each.found}, must be {each.expected}"] += 1
    for told, many in () if single_node else weak.items():
        yield warning(
            "topics",
            f"{told}, on {many} topics: a broker that is lost takes records along; --single-node "
            "says that one broker is meant.",
        )
