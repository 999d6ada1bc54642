"""What `make soak` reports is computed rightly, and a wrong answer is seen."""

import json

import pytest

from bench.client import Answer, WrongAnswer, unchunked
from bench.figures import fifths, quantile, slope
from bench.kinds import KINDS
from bench.traffic import SMALL, documents, draw, events, painted, refused


def _answer(document: object, status: int = 200) -> Answer:
    body = json.dumps(document).encode()
    return Answer(status, len(body), body[-32:], 0, 0, body)


def test_fifths_are_medians():
    """One spike in a fifth changes nothing."""
    assert fifths([1, 1, 9, 2, 2, 2, 3, 3, 3, 4, 4, 4, 5, 5, 5]) == [1, 2, 3, 4, 5]


def test_slope_ignores_a_spike():
    """And points that stand above each other have none."""
    assert slope([(0, 0), (1, 2), (2, 400), (3, 6), (3, 6), (4, 8)]) == 2
    assert slope([(1, 1), (1, 2)]) == 0


def test_quantile_is_a_value_that_was_measured():
    """The 95th of a hundred."""
    assert quantile(range(1, 101), 0.95) == 95
    assert quantile([7], 0.5) == 7


def test_chunks_are_taken_apart():
    """RFC 9112, 7.1."""
    assert unchunked(b"3\r\na\r\n\r\nA\r\n0123456789\r\n0\r\n\r\n") == b"a\r\n0123456789"


def test_kinds_are_drawn_by_their_share():
    """The same one for the same number, and each now and then."""
    drawn = [draw(KINDS, number).name for number in range(5000)]
    assert drawn[7] == draw(KINDS, 7).name
    assert set(drawn) == {kind.name for kind in KINDS}


@pytest.mark.parametrize(
    "data",
    [[], [{"b64_json": "AAAA", "seed": 6}], [{"b64_json": "AAAB", "seed": 5}]],
    ids=["no image", "another's seed", "another image"],
)
def test_wrong_images_are_seen(data):
    """Number, seed and every byte."""
    images = {SMALL: "AAAA"}
    documents()(_answer({"data": [{"b64_json": "AAAA", "seed": 5}]}), 5, images)
    with pytest.raises(WrongAnswer):
        documents()(_answer({"data": data}), 5, images)


def test_missing_event_is_seen():
    """A stream that ends early is wrong, however well it ends."""
    event = {"type": "image_generation.completed", "b64_json": "AAAA", "seed": 5}
    body = f"event: x\ndata: {json.dumps(event)}\n\n".encode()
    answer = Answer(200, len(body), b"", 0, 0, body)
    events(1, SMALL)(answer, 5, {SMALL: "AAAA"})
    with pytest.raises(WrongAnswer, match="images: 1 instead of 2"):
        events(2, SMALL)(answer, 5, {SMALL: "AAAA"})


def test_unreadable_picture_is_seen():
    """Base64 that is fine is not yet an image."""
    document = {"data": [{"b64_json": "AAAA", "seed": 5}], "output_format": "jpeg"}
    with pytest.raises(OSError, match="cannot identify"):
        painted("jpeg")(_answer(document), 5, {})


def test_other_error_is_seen():
    """Status and code."""
    wrong = _answer({"error": {"code": "internal_error"}}, 500)
    for status, code in ((400, "internal_error"), (500, "upstream_error")):
        with pytest.raises(WrongAnswer):
            refused(status, code)(wrong, 5, {})


def test_a_tenth_of_the_clients_leave():
    """Before the answer begins and in the middle of it."""
    shares = sum(kind.share for kind in KINDS)
    left = sum(kind.share for kind in KINDS if not kind.is_answered)
    assert 0.09 < left / shares < 0.11
