import pytest

from schemas.outcomes import Fault
from schemas.values import Side
from streams.remotes.quickbooks.faults import fault_of

TOKEN_PART = "AB01601390262kxzq"
GATEWAY = (
    b'{"warnings":null,"fault":{"error":[{"message":"message=AuthenticationFailed; '
    b'errorCode=003200; statusCode=401","detail":"Token expired: AB01601390262kxzq",'
    b'"code":"3200","element":null}],"type":"AUTHENTICATION"},"time":1601391072830}'
)
THROTTLED = (
    b'<?xml version="1.0"?><IntuitResponse><Fault type="SERVICE"><Error code="3001"><Message>'
    b"message=ThrottleExceeded; errorCode=003001; statusCode=429</Message><Detail>The request "
    b"limit was reached.  Try again later</Detail></Error></Fault></IntuitResponse>"
)
TAKEN = (
    "Duplicate Document Number Error : You must specify a different number. This number has "
    "already been used. DocNumber=18696 is assigned to TxnType=Invoice with TxnId=6575"
)


def application(*errors):
    listed = ",".join(
        f'{{"Message":"{message}","Detail":"{detail}","code":"{code}","element":"{element}"}}'
        for message, detail, code, element in errors
    )
    return f'{{"Fault":{{"Error":[{listed}],"type":"ValidationFault"}},"time":"x"}}'.encode()


def test_an_application_fault_is_read_whole():
    body = application(("Stale Object Error", "You and Pat", "5010", "SyncToken"))

    assert fault_of(400, body) == Fault(
        side=Side.QBO,
        status=400,
        code="5010",
        message="Stale Object Error",
        detail="You and Pat",
        field="SyncToken",
    )


def test_a_200_may_be_a_fault():
    assert fault_of(200, application(("m", "d", "610", ""))).code == "610"


def test_a_200_without_fault_is_none():
    assert fault_of(200, b'{"Invoice":{"Id":"1"},"time":"x"}') is None


def test_several_errors_keep_the_first_code_and_every_detail():
    body = application(("m", "first", "2050", ""), ("m", "second", "2020", ""))

    fault = fault_of(400, body)

    assert (fault.code, fault.detail) == ("2050", "first; second")


def test_a_gateway_fault_has_its_code_and_no_part_of_the_token():
    fault = fault_of(401, GATEWAY)

    assert fault.code == "3200"
    assert TOKEN_PART not in f"{fault.message} {fault.detail} {fault}"
    assert "Token expired" in fault.detail


def test_a_code_is_taken_from_the_text_and_loses_its_padding():
    body = GATEWAY.replace(b'"code":"3200"', b'"code":null')

    assert fault_of(401, body).code == "3200"


def test_xml_is_read_whatever_was_asked_for():
    fault = fault_of(429, THROTTLED, {"Retry-After": "30"})

    assert fault.code == "3001"
    assert fault.detail == "The request limit was reached.  Try again later"
    assert fault.retry_after_seconds == 30.0


def test_xml_that_breaks_off_is_read_as_far_as_it_goes():
    fault = fault_of(429, THROTTLED[: THROTTLED.index(b"  Try again")])

    assert (fault.code, fault.detail) == ("3001", "The request limit was reached.")


@pytest.mark.parametrize(
    ("status", "body", "detail"),
    [
        (
            503,
            b"<html><head><style>b{}</style></head><body>Service <b>Down</b></body></html>",
            "Service Down",
        ),
        (504, b"", ""),
        (502, b'{"broken', '{"broken'),
        (500, b'["odd"]', ""),
    ],
    ids=["html", "empty", "broken-json", "another-json"],
)
def test_what_is_no_fault_of_intuits_is_a_fault_without_code(status, body, detail):
    assert fault_of(status, body) == Fault(side=Side.QBO, status=status, detail=detail)
