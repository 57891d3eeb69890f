"""Which e-mail addresses does QBO take?

A list has commas between its addresses (quickbooks-money.md 8); anything else that is no address
is refused.
"""

import re

from streams.simulators.quickbooks.refusals import Fault

_WORD = r"[^\s@,;:.<>()\[\]\\\"]+"
_ADDRESS = re.compile(rf"{_WORD}(\.{_WORD})*@{_WORD}(\.{_WORD})+")


def check_emails(text: str) -> None:
    """Fault 2210 where one of the addresses, parted by commas, is none."""
    if all(_ADDRESS.fullmatch(one.strip()) for one in text.split(",")):
        return
    detail = (
        f"Email Address does not conform to the syntax rules of RFC 822. Supplied value: {text}"
    )
    raise Fault("2210", detail, element="Address")
