"""Which preferences does a person set that no API shows?"""

from dataclasses import dataclass


@dataclass(slots=True)
class Unseen:
    """What of one company's preferences only its people see."""

    #: "Warn if duplicate number is used": without it a taken number is taken again.
    warns_of_twins: bool = True
    #: Whether a password guards the closing date.
    closing_password: bool = True
