"""How much of a remote's answer is believed?  No wait of years, no body that unpacks to gigabytes.

Both sides answer through proxies that we know nothing of.
"""

import zlib
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

#: Who asks for more than this is not believed: an hour later it can say so again.
LONGEST_PAUSE = 3_600.0
#: Unpacked: far above a page of 1,000 invoices.
MOST_BYTES = 32 * 1024 * 1024
#: What we unpack, by the names of RFC 9110 8.4.1; 16 more bits have zlib take either header.
ENCODINGS = {"gzip": zlib.MAX_WBITS | 32, "x-gzip": zlib.MAX_WBITS | 32, "deflate": zlib.MAX_WBITS}
ACCEPTED = {"accept-encoding": "gzip, deflate"}


class TooLargeError(httpx.RequestError):
    """An answer was cut off, or is packed as nobody asked for: what it says is not known."""


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds of a Retry-After, which is a number of them or a date (RFC 9110, 10.2.3).

    At most an hour.  A date counts from the answer's own, since two clocks differ.
    """
    given = {name.lower(): text.strip() for name, text in headers.items()}
    wanted = given.get("retry-after", "")[:64]
    if wanted.isascii() and wanted.isdigit():
        return min(float(wanted), LONGEST_PAUSE)
    try:
        until, said = (parsedate_to_datetime(text[:64]) for text in (wanted, given.get("date", "")))
        seconds = (until - said).total_seconds()
    except (ArithmeticError, TypeError, ValueError):
        return None
    return min(max(seconds, 0.0), LONGEST_PAUSE)


async def answered(
    http: httpx.AsyncClient, request: httpx.Request, **options: Any
) -> httpx.Response:
    """Send a request and return its answer, read; TooLargeError when it is more than MOST_BYTES."""
    response = await http.send(request, stream=True, **options)
    try:
        if response.is_stream_consumed:
            # A transport without a socket had it whole.
            return response
        body = await _body(response)
    finally:
        await response.aclose()
    plain = [pair for pair in response.headers.raw if pair[0].lower() != b"content-encoding"]
    return httpx.Response(response.status_code, headers=plain, content=body, request=request)


async def _body(response: httpx.Response) -> bytes:
    unpacked = _unpacking(response)
    body = bytearray()
    try:
        async for part in response.aiter_raw():
            body += part if unpacked is None else unpacked.decompress(part, _room(body))
            while unpacked is not None and unpacked.unconsumed_tail and len(body) <= MOST_BYTES:
                body += unpacked.decompress(unpacked.unconsumed_tail, _room(body))
            if len(body) > MOST_BYTES:
                raise TooLargeError(f"the answer has more than {MOST_BYTES} bytes")
    except zlib.error as fault:
        raise TooLargeError("the answer cannot be unpacked") from fault
    return bytes(body)


def _room(body: bytearray) -> int:
    return MOST_BYTES + 1 - len(body)


def _unpacking(response: httpx.Response) -> "zlib._Decompress | None":
    packed = response.headers.get("content-encoding", "").strip().lower()
    if packed in {"", "identity"}:
        return None
    if packed not in ENCODINGS:
        raise TooLargeError(f"the answer is packed by {packed[:20]!r}, which nobody asked for")
    return zlib.decompressobj(ENCODINGS[packed])
