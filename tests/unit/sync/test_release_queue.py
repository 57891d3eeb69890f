"""In which order parked documents are judged again."""

from agents.sync.release_queue import ReleaseQueue
from schemas.waiting import Waiting, WaitingPart


def waiting(**woken):
    return Waiting(parts={"0": WaitingPart(woken=woken)})


def drained(queue, **woken):
    found = []
    while (name := queue.pop(waiting(**woken))) is not None:
        found.append(name)
    return found


def test_the_oldest_comes_first():
    assert drained(ReleaseQueue({"b": 2, "c": 3, "a": 1})) == ["a", "b", "c"]


def test_what_is_woken_meanwhile_takes_its_place():
    queue = ReleaseQueue({"a": 1, "c": 3, "e": 5})
    assert queue.pop(waiting()) == "a"

    assert drained(queue, a=1, d=4, b=2) == ["b", "c", "d", "e"]


def test_each_is_there_once_however_often_it_is_woken():
    queue = ReleaseQueue({"a": 1})
    assert drained(queue, a=1, b=2) == ["a", "b"]
    assert queue.pop(waiting(a=1, b=2)) is None
