"""Where is mended what a document waits for, where that is a mapping?"""

from urllib.parse import quote

from agents.gateway.console.page import Visit
from agents.rules.mappings.policy import alternatives
from agents.rules.mappings.table import MAPPINGS
from schemas.conditions import condition_of
from schemas.mapping_conditions import MappingUsable, NoWriteOff, TargetClear
from schemas.state import Park
from schemas.values import MappingKind


def mapping_page(visit: Visit, park: Park | None) -> str:
    """Return the address at which somebody maps what is waited for; "" where that is no mapping."""
    texts = park.waits_for if park is not None else ()
    found = [each for each in map(condition_of, texts) if isinstance(each, _OF_MAPPINGS)]
    if not found or "mappings" not in visit.pages:
        return ""
    one = f"&{_named(found[0])}" if len(found) == 1 and _named(found[0]) else ""
    return f"{visit.pages['mappings']}?kind={MAPPINGS[_kind(found[0])].group}{one}"


_OF_MAPPINGS = (MappingUsable, TargetClear, NoWriteOff)


def _kind(condition: MappingUsable | TargetClear | NoWriteOff) -> MappingKind:
    return MappingKind.LINE_TYPE if isinstance(condition, NoWriteOff) else condition.kind


def _named(condition: MappingUsable | TargetClear | NoWriteOff) -> str:
    """Return what the page is told of the one thing that is to be mapped; "" where it is a list."""
    match condition:
        case MappingUsable(source=source) if source and len(alternatives(source)) == 1:
            return f"source={quote(source, safe='')}"
        case NoWriteOff(line_type=line_type):
            return f"source={quote(line_type, safe='')}"
        case _:
            return ""
