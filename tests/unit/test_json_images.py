"""JSON whose images stay outside Python, against Python's own parser as the judge."""

import json
import random
import re
from typing import Any

import pytest

from flux2 import json_images, json_text
from flux2.data_urls import DATA_URL
from tests.unit.fakes import Buffer

WINDOW = json_images._WINDOW
IMAGES = json_images.Rules(DATA_URL)
PREFIX = "data:image/png;base64,"


def _filled(document: json_images.Document) -> Any:
    """The document with its images put back, as the JSON strings that they were."""

    def put_back(value: Any) -> Any:
        if isinstance(value, dict):
            return {put_back(key): put_back(item) for key, item in value.items()}
        if isinstance(value, list):
            return [put_back(item) for item in value]
        if isinstance(value, str) and value in document.images:
            return json.loads(b'"' + document.images[value].data + b'"')
        return value

    return put_back(document.value)


def _parse(text: str | bytes) -> json_images.Document:
    return json_images.parse(Buffer(text.encode() if isinstance(text, str) else text), IMAGES)


def _check(text: str | bytes) -> json_images.Document:
    document = _parse(text)
    assert _filled(document) == json.loads(text)
    return document


# Around the edges of the windows in which a document is read

CONTENTS = {
    "empty": "",
    "short": "a cow",
    "escapes": '\\"\\\\\\"\\n\\u0022\\/',
    "backslashes": "\\\\" * 9,
    "image": f"{PREFIX}iVBORw0KGgo",
    "image with escapes": "data:image\\/png;base64,iVBO\\/\\/Rw0KGgo\\u003d",
    "umlauts": "äöü€🐄",
}


@pytest.mark.parametrize("content", CONTENTS.values(), ids=CONTENTS)
def test_string_across_a_window_is_whole(content):
    """Wherever a string lies over the 64 KB boundary: in front, across at each byte, behind."""
    size = len(content.encode())
    for room in range(-6, size + 8):
        before = "x" * (WINDOW - room - len('{"a":"","b":"'))
        text = f'{{"a":"{before}","b":"{content}","c":["{content}",1]}}'

        document = _check(text)

        assert len(document.images) == (2 if content.startswith("data:") else 0)


@pytest.mark.parametrize("content", CONTENTS.values(), ids=CONTENTS)
@pytest.mark.parametrize("length", [WINDOW - 20, WINDOW, 3 * WINDOW + 7])
def test_long_string_is_whole(content, length):
    """A string longer than a window, with anything at its end, and anything behind it."""
    for more in range(4):
        text = f'{{"a":"{"y" * (length + more)}{content}","b":"{content}"}}'

        _check(text)


@pytest.mark.parametrize("count", [1, 2, 3, 63, 65, 127, 129, 1001])
@pytest.mark.parametrize("prefix", ["", PREFIX], ids=["text", "image"])
def test_backslashes_before_a_quote_are_counted(count, prefix):
    """A quote behind an odd number of backslashes does not end a string, however many they are;
    behind an even number it does."""
    long = f"{prefix}{'z' * WINDOW}"

    _check(f'{{"a":"{long}{chr(92) * (count | 1)}" and more","b":2}}')
    _check(f'{{"a":"{long}{chr(92) * (count & ~1)}","b":2}}')


def test_any_document_is_parsed_as_python_does():
    """Random documents of strings of every kind and length, with and without images."""
    for seed in range(150):
        text = _random_json(random.Random(seed))
        assert len(_check(text).images) == text.count('"data:'), f"seed {seed}"


def _random_json(source: random.Random) -> str:
    lengths = [0, 1, 5, 100, 1000, WINDOW - 30, WINDOW, WINDOW + 30, 2 * WINDOW]
    pieces = ["a", '\\"', "\\\\", "\\/", "\\n", "\\u00e4", "ü", "🐄", "\\ud83d\\udc04", ",", "{"]

    def string() -> str:
        length = source.choice(lengths) + source.randrange(40)
        piece = "".join(source.choices(pieces, k=source.randrange(1, 12)))
        prefix = source.choice(["", "", PREFIX, "data:image\\/webp;base64,"])
        content = piece * (length // len(piece))
        return f'"{prefix}{content}{" " * source.randrange(3)}"'

    def value(depth: int) -> str:
        kind = source.randrange(8 if depth < 3 else 5)
        if kind < 4:
            return string()
        if kind == 4:
            return source.choice(["1", "-2.5e3", "true", "null", "[]", "{}"])
        space = source.choice(["", " ", "\n  "])
        inside = (value(depth + 1) for _ in range(source.randrange(1, 3)))
        if kind < 6:
            return f"[{space}{','.join(inside)}{space}]"
        members = (f'"k{index}"{space}:{item}' for index, item in enumerate(inside))
        return f"{{{','.join(members)}{space}}}"

    return f'{{"a":{value(0)},"b" : {value(0)},"c":[{string()},{string()}]}}'


# Images


def test_image_is_a_view_and_not_a_copy():
    """What comes back is the string's own characters, escapes and all, without its quotes."""
    image = f"{PREFIX}{'A' * 100_000}\\/=="
    document = _parse(f'{{"images":["{image}"],"prompt":"p"}}')

    ((marker, view),) = document.images.items()
    assert document.value == {"images": [marker], "prompt": "p"}
    assert view.data == image.encode()


SIZES = {"A": 9, "B": 70_000, "C": 0, "D": 5}


def test_several_images_keep_their_places():
    """Long and short ones, beside each other and between other values."""
    images = [f"{PREFIX}{letter * size}" for letter, size in SIZES.items()]
    document = _check(json.dumps({"images": images, "n": 2, "image": images[::-1]}))

    markers = document.value["images"]
    assert [document.images[marker].data.decode() for marker in markers] == images
    assert len(document.images) == 8


@pytest.mark.parametrize(
    "text",
    [f"x{PREFIX}AA", "data:image/png,AA", 'data:\\"x;base64,AA', f"data:{'x' * 201};base64,AA"],
)
def test_text_that_only_mentions_an_image_stays_text(text):
    """A data URL begins the string, and its media type is short."""
    assert _check(f'{{"a":"{text}"}}').images == {}


def test_bare_base64_is_found_where_it_is_looked_for():
    """Upstream's images have no prefix; 64 characters of base64 are one, 63 are text."""
    text = json.dumps({"result": {"image": "A" * 64, "id": "B" * 63}}).encode()

    document = json_images.parse(Buffer(text), json_images.Rules(json_images.BASE64))

    assert document.value["result"]["id"] == "B" * 63
    assert document.images[document.value["result"]["image"]].data == b"A" * 64


@pytest.mark.parametrize("letters", [["A"], ["\\/"], ["\\/", "A"]])
def test_bare_base64_across_a_window_is_found(letters):
    """With every solidus escaped it is twice as long, and still one image."""
    image = "".join(letters) * 200
    for room in range(0, 140, 7):
        before = "-" * (WINDOW - room - len('{"a":"","b":"'))
        text = f'{{"a":"{before}","b":"{image}"}}'.encode()

        document = json_images.parse(Buffer(text), json_images.Rules(json_images.BASE64))

        assert [view.data.decode() for view in document.images.values()] == [image]
        assert document.value["a"] == before


# What is no JSON, and what is too much


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "{",
        '{"a":"b',
        '{"a":"b\\"',
        '{"a":"b\\',
        '"',
        f'{{"a":"{PREFIX}AAAA',
        f'{{"a":"{PREFIX}{"A" * WINDOW}',
        f'{{"a":"{"x" * WINDOW}',
        f'{{"a":"{"x" * WINDOW}\\"',
        f'{{"a":"{PREFIX}AAAA" "b"}}',
        '{"a":NaN}',
        '{"a":-Infinity}',
        '{"a":"\\ud800"}',
        "[" * 3000,
    ],
)
def test_what_is_no_json_is_a_value_error(text):
    """Strings without an end, in a window and beyond it, and all that the parser refuses."""
    with pytest.raises(ValueError):  # noqa: PT011 - it is the documented error
        _parse(text)


@pytest.mark.parametrize(
    "text",
    [
        f'{{"a":"{"x" * 1_100_000}"}}',
        f'{{"a":[{"1," * 600_000}1]}}',
        f'{{"a":["{"x" * 600_000}","{"y" * 600_000}"]}}',
        f'{{"a":["{PREFIX}AA"{" " * 1_200_000}]}}',
    ],
    ids=["one string", "numbers", "two strings", "white space"],
)
def test_too_much_text_is_refused(text):
    """More than a megabyte around the images is no request, and must not fill the memory."""
    with pytest.raises(json_images.TooMuchText):
        _parse(text)


def test_longest_prompt_fits():
    """32,000 characters, each escaped as a surrogate pair, are 384 KB of text."""
    document = _check('{"prompt":"%s","n":1}' % ("\\ud83d\\udc04" * 32_000))

    assert document.value["prompt"] == "🐄" * 32_000


def test_image_of_any_size_leaves_a_few_bytes():
    """20 MB of image are read in pieces, of which none is larger than a window."""
    read = []

    class Watched(Buffer):
        def read(self, start: int, stop: int) -> bytes:
            data = super().read(start, stop)
            read.append(len(data))
            return data

    text = f'{{"prompt":"p","images":["{PREFIX}{"A" * 20_000_000}"],"n":1}}'.encode()
    document = json_images.parse(Watched(text), IMAGES)

    assert document.value["n"] == 1
    assert sum(read) <= 3 * WINDOW


def test_many_escaped_quotes_take_few_looks():
    """Each look is a call out of Python; one for each quote took 10 s for 2 MB. More of them than
    text may have are no image."""
    looks = []

    class Watched(Buffer):
        def find(self, byte: int, start: int) -> int:
            looks.append(start)
            return super().find(byte, start)

        def read(self, start: int, stop: int) -> bytes:
            looks.append(start)
            return super().read(start, stop)

    document = _parse_watched(Watched, 200_000)

    assert len(document.images["\0image:0"].data) == len(PREFIX) + 1_400_002
    assert len(looks) < 60
    looks.clear()
    with pytest.raises(json_images.TooMuchText):
        _parse_watched(Watched, 10_000_000)
    assert len(looks) < 60


def _parse_watched(kind: type[Buffer], quotes: int) -> json_images.Document:
    """An image with an escaped quote, a million backslashes, and more escaped quotes."""
    content = f'{PREFIX}\\"{chr(92) * 1_000_000}' + '\\"' * quotes
    return json_images.parse(kind(f'{{"a":"{content}"}}'.encode()), IMAGES)


@pytest.mark.parametrize("levels", [1, 63, 64, 65, 66, 199, 201])
def test_64_levels_are_the_deepest(levels):
    """Counted by brackets outside of strings, however many lie beside each other."""
    text = f'{"[" * levels}{"[]," * 100 if levels < 64 else ""}"{"[" * 99}"{"]" * levels}'

    if levels <= json_text.MOST_LEVELS:
        assert _check(text).value
    else:
        with pytest.raises(json_text.TooMuch, match="64"):
            _parse(text)


# Images inside texts, where they are looked for

INSIDE = json_images.Rules(
    DATA_URL, inside=re.compile(rb"\]\((data:[^,\")]{0,200};base64,)"), most_text=10 * WINDOW
)


@pytest.mark.parametrize("length", [0, 5, WINDOW - 40, WINDOW, 2 * WINDOW + 9])
@pytest.mark.parametrize("size", [0, 40, WINDOW, 3 * WINDOW])
@pytest.mark.parametrize("more", ["", "x", 'x "quoted" \\ ä', "y" * WINDOW])
def test_image_inside_a_text_is_cut_out(length, size, more):
    """Wherever it stands, and whatever follows; what is around it stays text."""
    image = f"{PREFIX}{'A' * size}"
    before = "w" * length
    text = json.dumps({"a": f"{before} ![b]({image}) {more}", "b": f"[{image}]"})

    document = json_images.parse(Buffer(text.encode()), INSIDE)

    ((marker, found),) = document.images.items()
    assert found.data.decode() == image
    assert document.value == {"a": f"{before} ![b]({marker}) {more}", "b": f"[{image}]"}


@pytest.mark.parametrize("size", [0, 40, WINDOW, 3 * WINDOW])
@pytest.mark.parametrize("behind", [' "a title")', ">)", " and no end", ""])
def test_image_inside_a_text_ends_where_its_base64_does(size, behind):
    """Also where Markdown has more behind it, or none comes any more."""
    image = f"{PREFIX}{'A' * size}"

    document = json_images.parse(Buffer(json.dumps(f"![b]({image}{behind}").encode()), INSIDE)

    ((marker, found),) = document.images.items()
    assert found.data.decode() == image
    assert document.value == f"![b]({marker}{behind}"


@pytest.mark.parametrize("shift", range(0, 300, 7))
def test_image_that_begins_at_the_end_of_a_window_is_cut_out(shift):
    """What tells it may lie across."""
    text = json.dumps(f"{'x' * (WINDOW - shift)}![b]({PREFIX}{'A' * 99_000}) and")

    document = json_images.parse(Buffer(text.encode()), INSIDE)

    (marker,) = document.images
    assert document.value.endswith(f"![b]({marker}) and")


def test_several_images_inside_a_text_are_cut_out():
    """With a window of text between them, or nothing; one that never ends goes to the end."""
    images = [f"![]({PREFIX}{'ABCD' * count})" for count in (1, 30_000, 2, 0)]
    text = json.dumps([f"{images[0]}{images[1]}{'-' * WINDOW}{images[2]}", images[3][:-1]])

    document = json_images.parse(Buffer(text.encode()), INSIDE)

    sizes = [each.size - len(PREFIX) for each in document.images.values()]
    assert sizes == [4, 120_000, 8, 0]
    first, second = document.value
    assert first.count("-") == WINDOW
    assert second == "![](\0image:3"


def test_text_around_images_inside_it_has_its_limit():
    """As that around images has; each image is a value."""
    text = json.dumps(f"![]({PREFIX})" * 3000)
    with pytest.raises(json_text.TooMuch, match="1,000 values"):
        json_images.parse(Buffer(text.encode()), INSIDE)
    long = json.dumps(f"![]({PREFIX}){'x' * 11 * WINDOW}")
    with pytest.raises(json_images.TooMuchText):
        json_images.parse(Buffer(long.encode()), INSIDE)
