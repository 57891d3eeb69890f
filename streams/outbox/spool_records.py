"""How does a record lie in the spool's file?  Its length and a check sum before it, in msgpack.

So a torn end, and a part that the disk has damaged, are seen, and what stands whole behind such a
part is found again.
"""

import os
import struct
import zlib
from typing import NamedTuple

import msgspec

_HEAD = struct.Struct(">II")
_encode = msgspec.msgpack.Encoder().encode
#: With it each record begins behind its head: in msgpack, three things follow.
_FIRST_BYTE = b"\x93"


class Spooled(NamedTuple):
    """One record that Kafka has not taken yet."""

    topic: str
    key: bytes
    value: bytes


#: As much as a notice has, and no whole record: left behind by a power cut, it is cut off.
BLOCK = _HEAD.pack(1, 0) + bytes(512)


def framed(record: Spooled) -> bytes:
    """Return a record as it lies in the file."""
    payload = _encode(record)
    return _HEAD.pack(len(payload), zlib.crc32(payload)) + payload


def read(file: int, at: int) -> tuple[Spooled | None, int]:
    """Return the record that begins there and where it ends; None when none does."""
    head = os.pread(file, _HEAD.size, at)
    if len(head) < _HEAD.size:
        return None, at
    length, check = _HEAD.unpack(head)
    end = at + _HEAD.size + length
    # A length of nothing is what a file is filled up with, a great one what is damaged.
    if not length or end > os.fstat(file).st_size:
        return None, at
    payload = os.pread(file, length, at + _HEAD.size)
    if zlib.crc32(payload) != check:
        return None, at
    return msgspec.msgpack.decode(payload, type=Spooled), end


def next_whole(file: int, at: int) -> int | None:
    """Return where the first whole record begins behind that place; None when there is none."""
    rest = os.pread(file, os.fstat(file).st_size - at, at)
    place = rest.find(_FIRST_BYTE, _HEAD.size + 1)
    while place != -1:
        begin = at + place - _HEAD.size
        if read(file, begin)[0] is not None:
            return begin
        place = rest.find(_FIRST_BYTE, place + 1)
    return None
