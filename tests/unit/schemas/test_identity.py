"""The ids by which a remote knows a repeat: one id, one body."""

from schemas.identity import REQUEST_ID_LENGTH, create_request_id, renewed_request_id
from schemas.values import Kind, RecordRef, Side

RECORD = RecordRef(Side.MEDIAOS, Kind.INVOICE, "136")


def test_a_create_has_another_request_id_for_each_further_body_refusal_and_generation():
    def made(generation: int = 0, refusals: int = 0, body: str = "") -> str:
        return create_request_id("t1", RECORD, generation=generation, refusals=refusals, body=body)

    ids = [made(), made(1), made(0, 2), made(0, 3), made(body="ab"), made(0, 2, "ab")]
    assert len(set(ids)) == len(ids)
    assert made() == made(0, 1), "a first refusal leaves it: another lane may have it too"
    assert all(len(each) <= REQUEST_ID_LENGTH for each in ids)


def test_a_command_that_was_refused_for_a_while_goes_under_an_id_of_its_own():
    ids = [renewed_request_id("r1", declined) for declined in range(4)]
    assert ids[:2] == ["r1", "r1"]
    assert len(set(ids)) == len(ids) - 1
