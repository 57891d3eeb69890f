"""In which words does QBO say no?

Two shapes (3.1): the application's own fault, and the gateway's in lower case with another time
format. A fault is an exception inside the simulator only; on the wire it is a body like any other.
"""

from datetime import datetime
from typing import Any

from streams.simulators.quickbooks.clock import millisecond_stamp

#: Codes by which the whole company refuses; their fault is not about what was sent (3.2).
_TYPES = {
    "10000": "SystemFault",
    "120": "AuthorizationFault",
    "140": "AuthorizationFault",
    "150": "AuthorizationFault",
    "6190": "ValidationFault",
}

#: Official messages (3.2, 3.3); what follows " : " in a Detail is about the case at hand.
MESSAGES = {
    "120": "Authorization Failure",
    "140": "Company Locked Out",
    "150": "Company Under Maintenance",
    "500": "Unsupported Operation",
    "600": "Duplicate Request ID",
    "610": "Object Not Found",
    "620": "Transaction cannot be linked",
    "1040": "Batch request too large",
    "1050": "Unsupported content type",
    "2000": "Invalid Object Name",
    "2010": "Request has invalid or unsupported property",
    "2020": "Required param missing, need to supply the required value for the API",
    "2030": "Invalid ID",
    "2040": "Invalid String. The String has unsupported or invalid characters",
    "2050": "String length is either shorter or longer than supported by specification",
    "2060": "Invalid Date",
    "2090": "Invalid Number",
    "2130": "Invalid Request Id Format",
    "2170": "Invalid Enumeration",
    "2210": "Invalid Email Address format",
    "2220": "Invalid Currency",
    "2290": "Negative amount",
    "2300": "Debits and credits are not equal",
    "2500": "Invalid Reference Id",
    "4000": "Error parsing query",
    "4001": "Invalid query",
    "5010": "Stale Object Error",
    "6000": "A business validation error has occurred while processing your request",
    "6070": "Amount calculation incorrect in the request",
    "6080": "Name required",
    "6100": "Invalid Line TaxCode",
    "6140": "Duplicate Document Number Error",
    "6160": "Invalid TaxCode",
    "6170": "Tax detail is not allowed",
    "6190": "Invalid Company Status",
    "6200": "Account Period Closed",
    "6210": "Account Period Closed, Cannot Update Through Services API",
    "6220": "Delete entity has balance",
    "6430": "Invalid account type",
    "6540": "Deposited Transaction cannot be changed",
    "6240": "Duplicate Name Exists Error",
    "6420": "Email address required",
    "10000": "An application error has occurred while processing your request",
}

_INACTIVE = (
    "Something you're trying to use has been made inactive. "
    "Check the fields with accounts, customers, items, vendors or employees."
)
_DEPOSITED = (
    "This transaction has been deposited. If you want to change or delete it, you must edit the "
    "deposit it appears on and remove it first"
)
_BOOKS_CLOSED = (
    "The account period has closed and the account books cannot be updated through through the "
    "QBO Services API. Please use the QBO website to make these changes."
)


class Fault(Exception):
    """A refusal with QBO's code and texts; HTTP 400 unless said otherwise (3.1)."""

    def __init__(
        self, code: str, detail: str, *, element: str | None = "", status: int = 400
    ) -> None:
        super().__init__(f"{code} {detail}")
        self.code = code
        self.detail = detail
        self.element = element
        self.status = status

    def body(self) -> dict[str, Any]:
        """Return the fault as a batch item carries it, without a time."""
        error = {
            "Message": MESSAGES.get(self.code, MESSAGES["6000"]),
            "Detail": self.detail,
            "code": self.code,
        }
        if self.element is not None:
            error["element"] = self.element
        return {"Fault": {"Error": [error], "type": _TYPES.get(self.code, "ValidationFault")}}

    def answer(self, at: datetime) -> dict[str, Any]:
        """Return the fault as a whole reply; 2030 is the one without a time (2.1)."""
        return self.body() if self.code == "2030" else self.body() | {"time": millisecond_stamp(at)}


def not_found() -> Fault:
    """Refuse an id that is not there, or an inactive one (3.3)."""
    return Fault("610", f"Object Not Found : {_INACTIVE}")


def bad_id(supplied: str) -> Fault:
    """Refuse an id that is no number (2.1)."""
    return Fault("2030", f"Id should be a valid number. Supplied value:{supplied}", element="Id")


def inactive(code: str) -> Fault:
    """Refuse to use what is inactive, with 610 or 2500 (quickbooks-money.md 7)."""
    return not_found() if code == "610" else Fault("2500", f"Invalid Reference Id : {_INACTIVE}")


def business(text: str) -> Fault:
    """Refuse with the catch-all code (3.3)."""
    return Fault("6000", f"Business Validation Error: {text}")


def deposited() -> Fault:
    """Refuse to touch what is part of a bank deposit (quickbooks-money.md 2.3)."""
    return Fault("6540", _DEPOSITED)


def books_closed(*, password: bool) -> Fault:
    """Refuse to touch a closed period (3.3), which a password guards or not."""
    return Fault("6210" if password else "6200", _BOOKS_CLOSED)


def missing(name: str) -> Fault:
    """Refuse a body without a required property (3.3)."""
    detail = f"Required parameter {name} is missing in the request"
    return Fault("2020", detail, element=name)


def stale(other_user: str) -> Fault:
    """Refuse a SyncToken that is not the present one (3.1)."""
    detail = (
        f"Stale Object Error : You and {other_user} were working on this at the same time. "
        f"{other_user} finished before you did, so your work was not saved."
    )
    return Fault("5010", detail)


def duplicate_name(owners: str | None = "customer, vendor or employee") -> Fault:
    """Refuse a name that one of the owners has, in the wording with `null` if None (3.3)."""
    found = "The name supplied already exists. : "
    if owners is None:
        return Fault("6240", f"{found}null", element=None)
    text = f"Another {owners} is already using this name. Please use a different name."
    return Fault("6240", found + text)


def duplicate_number(number: str, kind: str, txn_id: str) -> Fault:
    """Refuse a document number that is taken, and say by what (3.3)."""
    detail = (
        "Duplicate Document Number Error : You must specify a different number. This number has "
        f"already been used. DocNumber={number} is assigned to TxnType={kind} with TxnId={txn_id}"
    )
    return Fault("6140", detail)


def gateway_fault(*, message: str, detail: str, code: str, kind: str, at: datetime) -> object:
    """Return the body of Intuit's gateway: lower case, epoch milliseconds (3.1 B)."""
    error = {"message": message, "detail": detail, "code": code, "element": None}
    return {
        "warnings": None,
        "intuitObject": None,
        "fault": {"error": [error], "type": kind},
        "report": None,
        "queryResponse": None,
        "batchItemResponse": [],
        "attachableResponse": [],
        "syncErrorResponse": None,
        "requestId": None,
        "time": int(at.timestamp() * 1000),
        "status": None,
        "cdcresponse": [],
    }
