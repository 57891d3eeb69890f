"""How are the parts of a digest said?  Once, for all of its forms."""

from datetime import datetime
from zoneinfo import ZoneInfo

from agents.digest.digest import Digest, Group, LetterGroup, Row, Section, SideTold
from agents.rules.documents.document_called import of_customer
from agents.rules.kinds.worth import Worth
from agents.rules.value_words import age_words, number_words, one_line
from schemas.money_words import money_words, sums_words

NOTHING = "Nothing waits."
#: A reason may show what a person wrote, at any length.
LONGEST_WHY = 300
LONGEST_NAME = 120
#: Of the reasons for which records could not be used, so many are named.
MOST_LETTERS = 10
LETTERS_HELP = (
    "Nothing was done of them. Have the system that is named tell them anew, corrected: whoever "
    "runs it can. After a new release, or where Isthmus itself is named, whoever runs Isthmus "
    "tries them again (isthmus dead-letters)."
)


def subject(digest: Digest) -> str:
    """Return what the e-mail is about, in one line."""
    told = digest.headline
    if digest.nothing_waits and digest.is_well:
        told = f"{NOTHING} {told}"
    if digest.reconciled is not None and digest.reconciled.differs:
        told = f"The ledgers differed. {told}"
    return one_line(f"Isthmus, {digest.tenant}, {digest.day}: {told}").rstrip(".")


def side(told: SideTold, digest: Digest) -> str:
    """Return up to when a side is known."""
    if told.until is None:
        return "not read to its end yet"
    behind = f", {age_words(digest.at - told.until)} behind" if told.is_late else ""
    return f"all changes up to {moment(told.until, digest.zone)}{behind}"


def reconciled(digest: Digest) -> str:
    """Return what both ledgers came to when they were compared last."""
    last = digest.reconciled
    if last is None:
        return "Both ledgers were not compared yet."
    told = "They agreed"
    if last.differs:
        apart = money_words(last.amount, digest.home)
        told = f"{number_words(last.differs, 'document')} differed, by {apart} in all"
    waited = f"; {number_words(last.waits, 'document')} waited" if last.waits else ""
    ago = age_words(digest.at - last.at)
    return f"Both ledgers were compared {ago} ago, {moment(last.at, digest.zone)}. {told}{waited}."


def called(row: Row) -> str:
    """Return by what people know a document: `Harbour Books: invoice MediaOS-136`."""
    customer, name = (one_line(each)[:LONGEST_NAME] for each in (row.customer, row.called))
    return of_customer(customer, name)


def amount(row: Row, home: str) -> str:
    """Return what a document comes to; blank without money."""
    return "" if row.amount is None else money_words(row.amount, row.currency or home)


def why(row: Row, digest: Digest) -> str:
    """Return why a document waits, and for how long it has."""
    told = one_line(row.why)
    told = f"{told[:LONGEST_WHY]}..." if len(told) > LONGEST_WHY else told
    since = f"for {age_words(digest.at - row.since)}" if row.since else ""
    return f"{told} ({since})" if told and since else told or since


def letters_title(digest: Digest) -> str:
    """Return how many records could be used by nobody."""
    return f"Could not be used: {number_words(sum(e.number for e in digest.letters), 'record')}"


def letter(told: LetterGroup, digest: Digest) -> str:
    """Return why some could not be, by whom they were told, and for how long that is so."""
    reason = one_line(told.reason)
    reason = f"{reason[:LONGEST_WHY]}..." if len(reason) > LONGEST_WHY else reason
    many, oldest = number_words(told.number, "record"), age_words(digest.at - told.oldest)
    teller = told.teller or "Isthmus itself"
    return f"{many} told by {teller}, the oldest for {oldest}: {reason}"


def letters_more(digest: Digest) -> str:
    """Return how many stand under reasons that are not named; blank where all are."""
    more = sum(each.number for each in digest.letters[MOST_LETTERS:])
    return f"and {more:,} more" if more else ""


def of_section(section: Section) -> str:
    """Return how many wait so, and what that is worth."""
    return f"{section.title}: {_how_much(section.number, section.worth)}"


def of_group(group: Group) -> str:
    """Return how many wait for a reason, and what that is worth."""
    return f"{group.words.title}: {_how_much(group.number, group.worth)}"


def more(group: Group) -> str:
    """Return how many of a reason are not named; blank where all are."""
    return f"and {group.more:,} more" if group.more else ""


def what_next(digest: Digest) -> str:
    """Return where it is mended."""
    if digest.link:
        return f"See and mend it here: {digest.link}"
    if digest.nothing_waits:
        return ""
    return f"Whoever runs Isthmus sees the rest by: isthmus parked --tenant {digest.tenant}"


def moment(at: datetime, zone: ZoneInfo) -> str:
    """Return a time where the tenant is: `2026-03-02 09:00 (America/New_York)`."""
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M} ({zone.key})"


def _how_much(number: int, sums: Worth) -> str:
    many, told = number_words(number, "document"), sums_words(sums)
    return f"{many}, {told}" if told else many
