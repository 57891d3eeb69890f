"""What does MediaOS answer when it will not do as asked?

One body for all: a sentence, a code for programs, and the fields at fault. Its keys are ours; the
documentation says only that there is a human-readable message (mediaos-api.md section 1).
"""

from collections.abc import Sequence
from typing import Any

#: One fault of a field: its path ("line_items[0].amount") and what was expected.
FieldError = tuple[str, str]


class Refusal(Exception):
    """A request that changed nothing, with the answer to give."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        errors: Sequence[FieldError] = (),
        row_version: str | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.headers: dict[str, str] = {}
        self.body: dict[str, Any] = {
            "message": message,
            "code": code,
            "errors": [{"field": field, "message": fault} for field, fault in errors],
        }
        if row_version is not None:
            self.body["row_version"] = row_version


def bad_fields(errors: Sequence[FieldError]) -> Refusal:
    """422: the body or a parameter was understood and is wrong."""
    names = ", ".join(field or "the body" for field, _ in errors)
    return Refusal(422, "invalid_fields", f"Please correct {names}.", errors=errors)


def not_found(kind: str, record_id: str) -> Refusal:
    """404: no such record, nor was there one."""
    return Refusal(404, "not_found", f"There is no {record_id} among the {kind}.")


def deleted(kind: str, record_id: str, row_version: str) -> Refusal:
    """409: the record is deleted, and a deleted record does not change."""
    message = f"{record_id} of the {kind} was deleted; it can be read but not changed."
    return Refusal(409, "record_deleted", message, row_version=row_version)


def stale(row_version: str) -> Refusal:
    """412: someone changed the record since it was read."""
    message = f"The record is at row version {row_version} now; read it again, then decide anew."
    return Refusal(412, "row_version_mismatch", message, row_version=row_version)
