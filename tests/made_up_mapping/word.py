"""The word of a new kind of mapping, and for what a document waits then: edits of two modules."""

from tests.made_up_kind.edited import edited

edited(
    "schemas.values",
    (
        "class MappingKind(StrEnum):",
        'class MappingKind(StrEnum):\n    METHOD = "method"',
    ),
)
edited(
    "schemas.state",
    (
        "class ParkReason(StrEnum):",
        'class ParkReason(StrEnum):\n    NONE = "unmapped-method"\n    OLD = "method-inactive"',
    ),
)
