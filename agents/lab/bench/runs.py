"""How is each figure measured, and what stands beside it?  One function a run.

The order is here, sizes are in `ground`; how a thing is measured is in the module that a run calls.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict
from typing import Any, cast

from agents.lab.bench import (
    budget,
    calls,
    console_pages,
    edits,
    growth,
    journal_lanes,
    journal_size,
    lanes,
    latency,
    lock,
    million,
    rebuilding,
    takeover,
)
from agents.lab.bench.faults import BenchFault
from agents.lab.bench.figures import Measured
from agents.lab.bench.ground import Ground
from agents.lab.bench.numbers import percentile
from agents.lab.bench.topics import fresh_topics
from streams.cluster import Cluster
from streams.topics import Layout


async def of_lanes(ground: Ground) -> Measured:
    """Lanes beside a plain Faust agent and a serial loop."""
    repeats, say = ground.sizes.repeats, ground.say
    found = cast("Mapping[str, Any]", await lanes.measure(ground.brokers, repeats=repeats, say=say))
    plain, inversions = found["lanes_plain_s"], found["lanes_plain_inversions"]
    promised = [str(keys) for keys in journal_lanes.PROMISED]
    plain_agent = f"plain Faust agent {max(plain[keys] for keys in promised):.2f} s"
    serial = f"serial loop {found['lanes_serial_s']:.1f} s"
    names = ("lanes_s", "lanes_vs_serial", "lanes_inversions", "lanes_50ms_per_s")
    return Measured(
        values={name: found[name] for name in names},
        rivals={
            "lanes_s": plain_agent,
            "lanes_vs_serial": serial,
            "lanes_inversions": f"plain Faust agent {sum(inversions.values()):,}",
            "lanes_50ms_per_s": "2,000/s is all that 100 in flight can do",
        },
        details=found,
    )


async def of_journal(ground: Ground) -> Measured:
    """Lanes with the journal."""
    place = journal_lanes.Place(ground.brokers, ground.folder)
    by_keys = await journal_lanes.measure(place, repeats=ground.sizes.repeats, say=ground.say)
    inversions = sum(run.inversions for run in by_keys.values())
    if inversions:
        raise BenchFault(f"{inversions} inversions with the journal: order is broken, mend that.")
    return Measured(
        values={"lanes_journal_s": max(by_keys[k].seconds for k in journal_lanes.PROMISED)},
        rivals={"lanes_journal_s": "lanes_s is the same without it"},
        details={str(keys): asdict(run) for keys, run in by_keys.items()},
    )


async def of_edits(ground: Ground) -> Measured:
    """What an edit costs a worker."""
    cluster = Cluster(brokers=ground.brokers)
    async with fresh_topics(cluster, Layout()):
        found = await edits.measure(
            cluster,
            ground.folder,
            edits=ground.sizes.edits,
            repeats=ground.sizes.repeats,
            say=ground.say,
        )
    return Measured(
        values={"edit_cpu_ratio": found.ratio},
        rivals={
            "edit_cpu_ratio": f"{found.cpu_ms:.2f} ms an edit, {found.plain_ms:.2f} ms an event "
            f"of a plain Faust agent; {found.per_s:.0f} edits a second"
        },
        details=asdict(found),
    )


async def of_latency(ground: Ground) -> Measured:
    """From a change on the topic to the call."""
    async with fresh_topics(Cluster(brokers=ground.brokers), Layout()):
        found = await latency.measure(
            ground.brokers,
            ground.folder,
            seconds=ground.sizes.latency_seconds,
            say=ground.say,
        )
    return Measured(
        values={"latency_p50_ms": found.p50_ms, "latency_p99_ms": found.p99_ms},
        rivals={
            "latency_p50_ms": f"one bare hop {found.hop_p50_ms:.1f} ms",
            "latency_p99_ms": f"one bare hop {found.hop_p99_ms:.1f} ms",
        },
        details=asdict(found),
    )


async def of_takeover(ground: Ground) -> Measured:
    """From a kill to the lanes working again."""
    async with fresh_topics(Cluster(brokers=ground.brokers), Layout()):
        seconds = await takeover.measure(
            ground.brokers, ground.folder, kills=ground.sizes.kills, say=ground.say
        )
    return Measured(
        values={"takeover_p99_s": percentile(seconds, 0.99)},
        rivals={"takeover_p99_s": "sessions by default: Kafka 45 s, Faust 60 s"},
        details={"seconds": seconds, "p50_s": percentile(seconds, 0.5)},
    )


async def of_budget(ground: Ground) -> Measured:
    """One worker that has more to do than QuickBooks lets it."""
    async with fresh_topics(Cluster(brokers=ground.brokers), Layout()):
        found = await budget.measure(
            ground.brokers, ground.folder, seconds=ground.sizes.budget_seconds, say=ground.say
        )
    if found.inversions:
        raise BenchFault(f"{found.inversions} edits went out of order: mend that.")
    return Measured(
        values={"qbo_budget_used": found.percent, "qbo_429": found.refused},
        rivals={"qbo_budget_used": "peers: quotas that stop the sync"},
        details=asdict(found),
    )


async def of_lock(ground: Ground) -> Measured:
    """What others notice of a lockout."""
    async with fresh_topics(Cluster(brokers=ground.brokers), Layout()):
        found = await lock.measure(
            ground.brokers,
            ground.folder,
            seconds=ground.sizes.latency_seconds,
            queued=ground.sizes.queued,
            say=ground.say,
        )
    before = found.resident_before_mb
    return Measured(
        values={
            "lock_p99_ratio": found.ratio,
            "lock_memory_mb": max(found.resident_most_mb - before, 0.0),
        },
        rivals={
            "lock_p99_ratio": f"{found.locked_p99_ms:.1f} ms beside {found.free_p99_ms:.1f} ms",
            "lock_memory_mb": f"{found.queued:,} edits behind it, {before:.0f} MB before",
        },
        details=asdict(found),
    )


async def of_journal_size(_ground: Ground) -> Measured:
    """What one change adds to the journal."""
    found = await journal_size.measure()
    return Measured(
        values={"journal_bytes_per_change": found.bytes_per_change},
        rivals={"journal_bytes_per_change": f"{found.plain_bytes_per_change:,.0f} uncompressed"},
        details=asdict(found),
    )


async def of_calls(_ground: Ground) -> Measured:
    """What one change of the demo's day costs of QuickBooks' budget."""
    found = await calls.measure()
    return Measured(
        values={"qbo_calls_per_change": found.per_change},
        rivals={"qbo_calls_per_change": f"{found.calls} calls, {found.changes} changes"},
        details=asdict(found),
    )


async def of_growth(_ground: Ground) -> Measured:
    """A customer with a long history, beside one with a short one."""
    found = await growth.measure()
    few, many = found.few, found.many
    return Measured(
        values={"edit_growth": found.ratio, "release_4000_s": found.release_beyond_seconds},
        rivals={
            "edit_growth": (
                f"{many.seconds * 1000:.2f} ms and {many.journal + many.rows:,} bytes beside "
                f"{few.seconds * 1000:.2f} ms and {few.journal + few.rows:,} bytes"
            ),
            "release_4000_s": f"in all {found.release_seconds:.1f} s, as many that never waited "
            f"{found.created_seconds:.1f} s; others wait {found.longest_block_seconds * 1000:.1f} "
            "ms at most",
        },
        details=asdict(found),
    )


async def of_rebuild(ground: Ground) -> Measured:
    """The fold of a long journal."""
    found = await rebuilding.measure(
        ground.brokers,
        ground.folder,
        facts=ground.sizes.facts,
        repeats=ground.sizes.rebuilds,
        say=ground.say,
    )
    return Measured(
        values={"rebuild_facts_per_s": found.facts_per_s}, rivals={}, details=asdict(found)
    )


async def of_million(ground: Ground) -> Measured:
    """A worker that has years of linked documents behind it."""
    found = await million.measure(
        ground.brokers,
        ground.folder,
        documents=ground.sizes.documents,
        seconds=ground.sizes.latency_seconds,
        kills=ground.sizes.kills,
        say=ground.say,
    )
    many, few = found.many, found.few
    return Measured(
        values={
            "start_1m_s": many.start_s,
            "start_1m_mb": many.resident_mb,
            "takeover_1m_p99_s": percentile(found.takeovers, 0.99),
            "latency_1m_ratio": many.p50_ms / few.p50_ms,
        },
        rivals={
            "start_1m_s": f"{few.start_s:.1f} s with {few.documents:,}",
            "start_1m_mb": f"{few.resident_mb:.0f} MB with {few.documents:,}",
            "latency_1m_ratio": f"{many.p50_ms:.1f} ms beside {few.p50_ms:.1f} ms",
        },
        details=asdict(found),
    )


async def of_console(ground: Ground) -> Measured:
    """Pages of the console over years of documents."""
    found = await console_pages.measure(
        ground.folder, documents=ground.sizes.documents, asks=ground.sizes.asks, say=ground.say
    )
    return Measured(
        values={"console_p95_ms": max(found.p95_ms.values())},
        rivals={"console_p95_ms": ", ".join(f"{p} {ms:.0f}" for p, ms in found.p95_ms.items())},
        details=asdict(found),
    )


#: By the names that `figures.RUNS` has.
MEASURES: Mapping[str, Callable[[Ground], Awaitable[Measured]]] = {
    "lanes": of_lanes,
    "journal": of_journal,
    "edits": of_edits,
    "latency": of_latency,
    "takeover": of_takeover,
    "budget": of_budget,
    "lock": of_lock,
    "journal_size": of_journal_size,
    "calls": of_calls,
    "growth": of_growth,
    "rebuild": of_rebuild,
    "million": of_million,
    "console": of_console,
}
