"""What does Intuit's gateway answer before the accounting API is even asked?

Its faults have another shape than the API's own (3.1 B), and some are no JSON at all (3.1 C, D).
"""

from datetime import datetime

from streams.simulators.quickbooks.amounts import dump
from streams.simulators.quickbooks.company import Company
from streams.simulators.quickbooks.refusals import Fault, gateway_fault
from streams.simulators.quickbooks.reply import Call, Reply

#: Faults are recorded without the charset that good answers have.
FAULT_JSON = {"content-type": "application/json"}
_CHALLENGE = {"www-authenticate": 'Bearer realm="Intuit", error="invalid_token"'}


def unauthenticated(call: Call, at: datetime) -> Reply:
    """Refuse a bearer token that is unknown or has expired (3.1 B)."""
    body = gateway_fault(
        message="message=AuthenticationFailed; errorCode=003200; statusCode=401",
        # As recorded, the detail gives away the beginning of the token.
        detail=f"Token expired: {call.bearer[:20]}",
        code="3200",
        kind="AUTHENTICATION",
        at=at,
    )
    return Reply(401, dump(body), FAULT_JSON | _CHALLENGE)


def unauthorised(at: datetime) -> Reply:
    """Refuse a realm that the token is not for (3.1)."""
    body = gateway_fault(
        message="message=ApplicationAuthorizationFailed; errorCode=003100; statusCode=403",
        detail="The application is not authorised for this company.",
        code="3100",
        kind="SERVICE",
        at=at,
    )
    return Reply(403, dump(body), FAULT_JSON)


def scripted(status: int, call: Call, company: Company) -> Reply:
    """Return the body that QBO is known to send with a status (3.1)."""
    match status:
        case 401:
            return unauthenticated(call, company.now())
        case 403:
            return unauthorised(company.now())
        case 429:
            return company.limits.refusal(company.now())
        case 503:
            page = b"<html><body><h1>503 Service Unavailable</h1></body></html>"
            return Reply(503, page, {"content-type": "text/html"})
        case 504:
            return Reply(504, b"")
        case other:
            fault = Fault("10000", "System Failure Error: injected by a test", status=other)
            return Reply(other, dump(fault.answer(company.now())), FAULT_JSON)
