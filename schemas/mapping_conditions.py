"""Which conditions of a park does a mapping meet: of a product, a line item type, a method?"""

from dataclasses import dataclass

from schemas.values import MappingKind


@dataclass(frozen=True, slots=True)
class MappingUsable:
    """A thing of MediaOS is mapped, a product say, and to what QuickBooks takes now."""

    kind: MappingKind
    source: str

    def __str__(self) -> str:
        """Return the text in a park."""
        return f"{self.kind}:{self.source}"


@dataclass(frozen=True, slots=True)
class TargetClear:
    """One thing of MediaOS, and no other, is what QuickBooks bills as this: an item say."""

    kind: MappingKind
    target: str

    def __str__(self) -> str:
        """Return the text in a park."""
        return f"{self.kind}-of:{self.target}"


@dataclass(frozen=True, slots=True)
class NoWriteOff:
    """A line item type of MediaOS is no write-off: its lines may stand on an invoice."""

    line_type: str

    def __str__(self) -> str:
        """Return the text in a park."""
        return f"no-write-off:{self.line_type}"
