"""How do files come in?

As a form of parts that go by twos: what is to be known of a file, if anybody says it, and the file
itself, plain or in base64. The file is not kept, only what it was called and how large it was.
"""

from collections.abc import Iterator
from email.message import Message
from email.parser import BytesParser

from streams.simulators.quickbooks.amounts import load
from streams.simulators.quickbooks.book import Record
from streams.simulators.quickbooks.refusals import Fault, missing

_ABOUT = "file_metadata_"
_CONTENT = "file_content_"


def uploaded(content_type: str, body: bytes) -> list[Record]:
    """Return the bodies of the attachables that a form brings. Faults 2010, 2020."""
    parts = {str(name): part for name, part in _parts(content_type, body)}
    files = [name.removeprefix(_CONTENT) for name in parts if name.startswith(_CONTENT)]
    if not files:
        raise missing("file_content")
    return [_attachable(parts.get(_ABOUT + key), parts[_CONTENT + key]) for key in files]


def _parts(content_type: str, body: bytes) -> Iterator[tuple[str | None, Message]]:
    head = f"Content-Type: {content_type}\r\n\r\n".encode("latin-1", errors="replace")
    whole = BytesParser().parsebytes(head + body.lstrip())
    for part in whole.get_payload() if whole.is_multipart() else ():
        if isinstance(part, Message):
            yield str(part.get_param("name", header="content-disposition")), part


def _attachable(about: Message | None, content: Message) -> Record:
    told = _told(about) if about is not None else {}
    size = len(_bytes(content))
    name = told.get("FileName") or content.get_filename()
    if not name:
        raise missing("FileName")
    given = {"FileName": name, "ContentType": told.get("ContentType") or content.get_content_type()}
    return {**told, **given, "Size": size}


def _told(about: Message) -> Record:
    try:
        told = load(_bytes(about))
    except ValueError as reason:
        raise Fault("2010", "Property Name:failed to parse json object; metadata") from reason
    if not isinstance(told, dict):
        raise Fault("2010", "Property Name:failed to parse json object; metadata")
    return told


def _bytes(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""
