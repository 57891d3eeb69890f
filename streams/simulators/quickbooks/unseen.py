"""Which preferences does a person set that no API shows?"""

from dataclasses import dataclass


@dataclass(slots=True)
class Unseen:
    """What of one company's preferences only its people see."""

    #: "Warn if duplicate number is used": without it a taken number is taken again.
    warns_of_twins: bool = True
    #: Whether a password guards the closing date.
    closing_password: bool = True
    #: Whether new invoices can be paid online, by card and by bank transfer.
    online_payment: bool = False
    #: Whether a new sale that names an address is mailed at once.
    mails_sales: bool = False
