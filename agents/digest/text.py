"""How does a digest look as plain text?"""

from collections.abc import Iterator
from textwrap import wrap

from agents.digest import words
from agents.digest.digest import Digest, Group, Row
from agents.rules.value_words import one_line

WIDTH = 76
INDENT = "  "


def as_text(digest: Digest) -> str:
    """Return the digest as plain text; what others wrote begins no line of its own."""
    return "\n".join(_lines(digest)) + "\n"


def _lines(digest: Digest) -> Iterator[str]:
    yield from _said(f"{digest.tenant}, {words.moment(digest.at, digest.zone)}")
    yield from _said(digest.headline)
    for each in digest.unread:
        yield from _said(each)
    yield ""
    for side in digest.sides:
        yield from _said(f"{side.called}: {words.side(side, digest)}")
    yield from _said(words.reconciled(digest))
    for each in digest.beside:
        yield from _said(each)
    for hold in digest.holds:
        yield ""
        yield from _said(f"! {hold}")
    yield from _letters(digest)
    yield from _waits(digest)
    if told := words.what_next(digest):
        # Not broken: it may be an address.
        yield from ("", told)


def _letters(digest: Digest) -> Iterator[str]:
    if not digest.letters:
        return
    title = words.letters_title(digest)
    yield from ("", title, "-" * min(len(title), WIDTH))
    yield from _said(f"What helps: {words.LETTERS_HELP}")
    for each in digest.letters[: words.MOST_LETTERS]:
        yield from _said(f"* {words.letter(each, digest)}", INDENT)
    if left := words.letters_more(digest):
        yield f"{INDENT}{left}"


def _waits(digest: Digest) -> Iterator[str]:
    if digest.nothing_waits:
        yield from ("", words.NOTHING)
    for section in digest.sections:
        title = words.of_section(section)
        yield from ("", title, "-" * min(len(title), WIDTH))
        for group in section.groups:
            yield ""
            yield from _group(digest, group)


def _group(digest: Digest, group: Group) -> Iterator[str]:
    yield from _said(words.of_group(group))
    yield from _said(f"What helps: {group.words.remedy}")
    for row in group.named:
        yield from _row(digest, row)
    if left := words.more(group):
        yield f"{INDENT}{left}"


def _row(digest: Digest, row: Row) -> Iterator[str]:
    amount = words.amount(row, digest.home)
    yield from _said(f"* {words.called(row)}" + (f", {amount}" if amount else ""), INDENT)
    if told := words.why(row, digest):
        yield from _said(told, INDENT * 2)


def _said(sentence: str, indent: str = "") -> list[str]:
    return wrap(
        one_line(sentence), WIDTH, initial_indent=indent, subsequent_indent=indent + INDENT
    ) or [""]
