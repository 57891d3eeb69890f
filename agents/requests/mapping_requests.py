"""What do we ask QuickBooks about what things are mapped to, and what comes of the answer?

A mapping to a target that is not there, or is inactive, is refused; where QuickBooks cannot be
asked now the mapping is taken, and the answer says so: a document that it refuses later parks by
name.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from agents.rules.mappings.catalog_entries import is_mapped_to, is_news, sharing
from agents.rules.mappings.policy import MappingPolicy
from agents.rules.mappings.table import MAPPINGS
from agents.view.lane_context import LaneContext
from schemas.facts import Fact
from schemas.outcomes import No, Unknown
from schemas.requests import ReadTargets, SetMapping
from schemas.tenant_facts import Mapped, SourceSeen, TargetSeen
from schemas.tenant_state import CatalogEntry
from schemas.values import MappingKind
from streams.ports import Remote, Source, SourceLists, Target, TargetLists

#: How long a read may wait for its place in the budget.
PATIENCE_SECONDS = 5.0
#: Targets of one journal record, which Kafka takes up to 1 MB.
MOST = 2000

#: Whether it was done, in words, and the facts.
Answered = tuple[bool, str, tuple[Fact, ...]]


@dataclass(frozen=True, slots=True)
class MappingRequests:
    """The mappings of every tenant."""

    remote: Remote
    lists: TargetLists
    sources: SourceLists

    async def answer(self, context: LaneContext, request: SetMapping | ReadTargets) -> Answered:
        """Answer a request that is about mappings."""
        policy = MAPPINGS[request.kind]
        if isinstance(request, SetMapping):
            return await self._mapped(context, request, policy)
        if request.mapped and not is_mapped_to(context.tenant_state, request.kind):
            return True, f"nothing is mapped to any {policy.target}", ()
        return await self._read(context, policy)

    async def _mapped(
        self, context: LaneContext, request: SetMapping, policy: MappingPolicy
    ) -> Answered:
        kind, source, target = request.kind, request.source, request.target
        mapped = Mapped(
            request=request.id,
            kind=kind,
            source=source,
            target=target,
            default=request.default and target is not None,
            write_off=request.write_off,
        )
        if target is None:
            return True, f"{policy.source} {source} is mapped no longer", (mapped,)
        known = context.tenant_state.targets_of(kind).get(target)
        told = _told(context, policy, source, target)
        if known is not None and known.active:
            wrong = _wrong(policy, target, known)
            return (False, wrong, ()) if wrong else (True, told, (mapped,))
        seen = await self._one(context, kind, target)
        if isinstance(seen, str):
            return True, f"{told}; QuickBooks could not be asked for it ({seen})", (mapped,)
        wrong = _wrong(policy, target, seen)
        if wrong:
            return False, wrong, () if seen.revision.deleted else (_seen(kind, seen),)
        return True, told, (_seen(kind, seen), mapped)

    async def _read(self, context: LaneContext, policy: MappingPolicy) -> Answered:
        done, told, _ = await self._read_targets(context, policy)
        if not done or not policy.read_there:
            return done, told, ()
        also, more, _ = await self._read_sources(context, policy)
        return also, f"{told}; {more}", ()

    async def _read_targets(self, context: LaneContext, policy: MappingPolicy) -> Answered:
        shown = await self._all(context, policy.kind)
        if isinstance(shown, str):
            return False, f"QuickBooks' {policy.target}s could not be read: {shown}", ()
        known = context.tenant_state.targets_of(policy.kind)
        seen = [_seen(policy.kind, each) for each in shown]
        news = [each for each in seen if is_news(known.get(each.target), each)]
        told = f"{len(seen)} {policy.target}s of QuickBooks were read, {len(news)} are news"
        return await _written(context, news, told)

    async def _read_sources(self, context: LaneContext, policy: MappingPolicy) -> Answered:
        """Read what MediaOS lists and publishes nothing of."""
        shown = await self.sources.sources(context.tenant, policy.kind)
        if isinstance(shown, No | Unknown):
            return False, f"MediaOS' {policy.source}s could not be read: {_why(shown)}", ()
        known = context.tenant_state.sources_of(policy.kind)
        seen = [_source_seen(policy.kind, each) for each in shown]
        news = [each for each in seen if is_news(known.get(each.source), each)]
        told = f"{len(seen)} {policy.source}s of MediaOS were read, {len(news)} are news"
        return await _written(context, news, told)

    async def _all(self, context: LaneContext, kind: MappingKind) -> tuple[Target, ...] | str:
        wait = await self.remote.acquire(context.tenant, PATIENCE_SECONDS)
        if wait > 0:
            return f"its budget is spent for {wait:.0f} s"
        shown = await self.lists.targets(context.tenant, kind)
        return _why(shown) if isinstance(shown, No | Unknown) else shown

    async def _one(self, context: LaneContext, kind: MappingKind, target: str) -> Target | str:
        wait = await self.remote.acquire(context.tenant, PATIENCE_SECONDS)
        if wait > 0:
            return f"its budget is spent for {wait:.0f} s"
        shown = await self.lists.target(context.tenant, kind, target)
        return _why(shown) if isinstance(shown, No | Unknown) else shown


async def _written(context: LaneContext, news: Sequence[Fact], told: str) -> Answered:
    for start in range(0, len(news), MOST):
        if not await context.write(*news[start : start + MOST]):
            return False, "another worker has taken over: ask again", ()
    return True, told, ()


def _source_seen(kind: MappingKind, shown: Source) -> SourceSeen:
    return SourceSeen(
        kind=kind,
        source=shown.id,
        name=shown.name,
        active=shown.active,
        sort=shown.sort,
        code=shown.code,
        ledger=shown.ledger,
        revision=shown.revision,
    )


def _seen(kind: MappingKind, shown: Target) -> TargetSeen:
    kind = kind.listed_as
    return TargetSeen(
        kind=kind,
        target=shown.id,
        name=shown.name,
        active=shown.active,
        path=shown.path,
        unsold=shown.unsold,
        # An item's type is told by what it is not: `unsold`.
        sort="" if kind is MappingKind.PRODUCT else shown.sort,
        code=shown.code,
        ledger=shown.ledger,
        revision=shown.revision,
    )


def _wrong(policy: MappingPolicy, target: str, shown: CatalogEntry | Target) -> str | None:
    """Return why nothing can be mapped to this, as QuickBooks shows it, or None."""
    if shown.revision.deleted:
        return f"QuickBooks has no {policy.target} {target}: `{policy.command} suggest`"
    named = f"{policy.target} {target} ({shown.name})"
    if shown.unsold:
        return f"{named} is a {shown.unsold} of QuickBooks, and {policy.unfit}"
    return None if shown.active else f"{named} is inactive in QuickBooks"


def _why(answer: No | Unknown) -> str:
    return str(answer.fault) if isinstance(answer, No) else answer.detail


def _told(context: LaneContext, policy: MappingPolicy, source: str, target: str) -> str:
    """Say what it is mapped to now, and what else is mapped to the same."""
    found = sharing(context.tenant_state, policy.kind.listed_as, target)
    others = [(MAPPINGS[of], each) for of, each in found if (of, each) != (policy.kind, source)]
    alike = [_short(of, each, policy) for of, each in others if of.becomes == policy.becomes]
    too = f", as {', '.join(alike)} {'is' if len(alike) == 1 else 'are'}" if alike else ""
    differently = (
        f"; {of.source} {each} is {of.becomes} it"
        for of, each in others
        if of.becomes != policy.becomes
    )
    said = f"{policy.source} {source} is {policy.becomes} {policy.target} {target}"
    return f"{said}{too}{''.join(differently)}"


def _short(of: MappingPolicy, source: str, beside: MappingPolicy) -> str:
    return source if of is beside else f"{of.source} {source}"
