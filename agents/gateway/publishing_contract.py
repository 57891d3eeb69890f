"""What may a service send to `/v1/changes`, and what is it answered?  OpenAPI, made from the code.

    python -m agents.gateway.publishing_contract

writes it anew beside the other contracts; a test compares.  The answers in it are those that the
gateway's own code gives to the examples in it.
"""

from http import HTTPStatus
from typing import Any

import msgspec
from msgspec import json

from agents.gateway.publishing import AGAIN, NOT_KEPT, Grant, Kept, Refusal, check
from agents.gateway.publishing_http import (
    MOST_BYTES,
    MOST_EVENTS,
    PATH,
    TYPES,
    Batch,
    summary,
)
from schemas.contract_files import CONTRACTS, mended
from schemas.kinds import KINDS
from schemas.published import Announcement

FILE = CONTRACTS / "changes-api.openapi.json"
EXAMPLES = CONTRACTS.parent / "examples/announcement.v1"

_REF = "#/components/schemas/"
_BATCH_TYPE = "application/cloudevents-batch+json"
_WHY = {
    400: "The body did not come to its end.",
    401: "The token is missing or not known here.",
    403: "The token is for another tenant.",
    405: "It was no POST.",
    408: "The body came too slowly.",
    413: f"The body has more than {MOST_BYTES} bytes, or more than {MOST_EVENTS} events.",
    415: "The body is of another content type.",
    422: "The event cannot be read or its tenant is not connected; or every event of a batch.",
    503: "Not known to be kept: send the same again after Retry-After seconds, which is harmless.",
}


def contract() -> dict[str, Any]:
    """Return the OpenAPI document."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Isthmus: changes of MediaOS",
            "version": "1",
            "description": "How a service without a Kafka client says what changed in MediaOS.",
        },
        "paths": {PATH: {"post": _operation()}},
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": _schemas(),
        },
    }


def text() -> str:
    """Return the file's text."""
    return json.format(json.encode(contract()), indent=2).decode() + "\n"


def _operation() -> dict[str, Any]:
    return {
        "operationId": "publishChanges",
        "summary": "Keep one event, or a batch of them in their order.",
        "security": [{"token": []}],
        "requestBody": {
            "required": True,
            "description": f"At most {MOST_BYTES} bytes of JSON.",
            "content": {kind: _asked(kind) for kind in sorted(TYPES)},
        },
        "responses": {
            "202": _answer("Kafka has it on all in-sync replicas.", _kept(), Kept, Batch),
            "207": _answer("What became of each event, where not of all alike.", _mixed(), Batch),
            **{str(status): _refused(status, why) for status, why in _WHY.items()},
        },
    }


def _asked(kind: str) -> dict[str, Any]:
    one = {"$ref": f"{_REF}Announcement"}
    several = {"type": "array", "items": one, "minItems": 1, "maxItems": MOST_EVENTS}
    if kind == _BATCH_TYPE:
        batch = [json.decode(each) for each in _events().values()]
        return {"schema": several, "examples": {"batch": {"value": batch}}}
    examples = {name: {"value": json.decode(each)} for name, each in _events().items()}
    return {"schema": {"anyOf": [one, several]}, "examples": examples}


def _refused(status: int, why: str) -> dict[str, Any]:
    # A batch whose events share one fate has its status.
    shapes = (Refusal, Batch) if status in {403, 422, 503} else (Refusal,)
    refusal = _wrong() if status == HTTPStatus.UNPROCESSABLE_ENTITY else None
    if status == NOT_KEPT:
        refusal = Refusal(status=status, detail=AGAIN, id=_kept().id)
    return _answer(why, refusal, *shapes)


def _answer(why: str, example: Any, *shapes: type[msgspec.Struct]) -> dict[str, Any]:
    content: dict[str, Any] = {"schema": _any_of(*shapes)}
    if example is not None:
        content["example"] = msgspec.to_builtins(example)
    return {"description": why, "content": {"application/json": content}}


def _any_of(*shapes: type[msgspec.Struct]) -> dict[str, Any]:
    refs = [{"$ref": f"{_REF}{shape.__name__}"} for shape in shapes]
    return refs[0] if len(refs) == 1 else {"anyOf": refs}


def _events() -> dict[str, bytes]:
    return {path.stem: path.read_bytes() for path in sorted(EXAMPLES.glob("*.json"))}


def _kept() -> Kept:
    return Kept(id=json.decode(_events()["payment-changed"])["id"])


def _wrong() -> Refusal:
    event = json.decode(_events()["payment-changed"])
    event |= {"source": "billing", "data": event["data"] | {"date_created": "2026-03-10"}}
    refusal = check(json.encode(event), Grant(None))
    if not isinstance(refusal, Refusal):
        raise TypeError("an event with two wrong fields was understood")
    return refusal


def _mixed() -> Batch:
    return summary((_kept(), _wrong()))


def _schemas() -> dict[str, Any]:
    kinds = [each.public for each in KINDS.values()]
    _, found = json.schema_components(
        [Announcement, *kinds, Kept, Refusal, Batch], ref_template=f"{_REF}{{name}}"
    )
    schemas: dict[str, Any] = mended(found)
    schemas["Announcement"]["properties"]["data"] = _any_of(*kinds)
    schemas["Batch"]["properties"]["items"]["items"] = _any_of(Kept, Refusal)
    return schemas


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
