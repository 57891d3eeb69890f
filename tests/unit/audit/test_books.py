import pytest

from agents.audit.books import Book, Entry
from schemas.records import Customer
from schemas.values import Kind, Revision, Side


class ByKeyAlone(dict):
    """A million records, of which nobody looks at all for the sake of one."""

    def __iter__(self):
        raise AssertionError("all were looked at")

    items = keys = values = __iter__


def customer(*, deleted=False):
    return Entry(Revision(deleted=deleted, number=1), Customer(name="Harbour Books"))


@pytest.mark.parametrize(
    ("record_id", "found"), [("1", True), ("2", False), ("3", False)], ids=["live", "gone", "none"]
)
def test_a_live_record_is_found_without_a_look_at_the_others(record_id, found):
    gone = customer(deleted=True)
    book = Book(side=Side.QBO, customers=ByKeyAlone({"1": customer(), "2": gone}))

    assert (book.live_one(Kind.CUSTOMER, record_id) is not None) is found
