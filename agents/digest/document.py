"""How does a digest look to a program?  One JSON document, money as text."""

from typing import Any

import orjson

from agents.digest import words
from agents.digest.digest import Digest, Group, LetterGroup, Row, Section
from agents.digest.text import as_text
from agents.rules.kinds.worth import Worth

TYPE = "isthmus.digest.v1"


def as_json(digest: Digest) -> bytes:
    """Return what a webhook gets."""
    return orjson.dumps(as_document(digest))


def as_document(digest: Digest) -> dict[str, Any]:
    """Return the digest as plain values; `text` is what chats show of a webhook."""
    return {
        "type": TYPE,
        "tenant": digest.tenant,
        "day": digest.day.isoformat(),
        "at": digest.at.isoformat(),
        "subject": words.subject(digest),
        "headline": digest.headline,
        "is_well": digest.is_well,
        "nothing_waits": digest.nothing_waits,
        "sides": [
            {"side": each.called, "until": each.until, "is_late": each.is_late}
            for each in digest.sides
        ],
        "holds": list(digest.holds),
        "unread": list(digest.unread),
        "beside": list(digest.beside),
        "letters": [_letter(each) for each in digest.letters],
        "reconciled": _reconciled(digest),
        "waits": [_section(digest, each) for each in digest.sections],
        "link": digest.link,
        "text": as_text(digest),
    }


def _letter(group: LetterGroup) -> dict[str, Any]:
    told = {"told_by": group.teller or None, "reason": group.reason}
    return {**told, "number": group.number, "oldest": group.oldest}


def _reconciled(digest: Digest) -> dict[str, Any] | None:
    last = digest.reconciled
    if last is None:
        return None
    amount = {"amount": f"{last.amount:f}", "currency": digest.home}
    return {"at": last.at, "differs": last.differs, "waits": last.waits, **amount}


def _section(digest: Digest, section: Section) -> dict[str, Any]:
    return {
        "sort": str(section.sort),
        "title": section.title,
        "number": section.number,
        "worth": _worth(section.worth),
        "reasons": [_group(digest, each) for each in section.groups],
    }


def _group(digest: Digest, group: Group) -> dict[str, Any]:
    return {
        "reason": group.reason,
        "title": group.words.title,
        "remedy": group.words.remedy,
        "number": group.number,
        "worth": _worth(group.worth),
        "documents": [_row(digest, each) for each in group.named],
        "more": group.more,
    }


def _row(digest: Digest, row: Row) -> dict[str, Any]:
    money = row.amount is not None
    return {
        "called": words.called(row),
        "amount": f"{row.amount:f}" if money else None,
        "currency": (row.currency or digest.home) if money else None,
        "why": words.why(row, digest),
        "since": row.since,
    }


def _worth(sums: Worth) -> list[dict[str, str]]:
    return [{"amount": f"{amount:f}", "currency": code} for amount, code in sums]
