"""Links of our own results as reference images."""

import json
import re

import pytest

from flux2.links import FILES_PATH, IN_TEXT, Link, read_link
from tests.unit.fakes import JPEG, PNG, Resizer, Server, Store, check_error, data_url, picture

NAME = f"{7:032x}.jpg"
LINK = f"https://images.example.com{FILES_PATH}{NAME}"


def _keep(image: bytes) -> Store:
    store = Store()
    store.kept[NAME] = image
    return store


@pytest.mark.parametrize(
    "value",
    [LINK, f" {LINK}\n", {"image_url": LINK}, {"image_url": {"url": LINK}}],
    ids=["string", "white space", "image_url", "image_url.url"],
)
async def test_link_in_json_is_a_reference(value):
    """In each shape of a data URL; what it leads to is looked up, not fetched."""
    server = Server(results=_keep(JPEG))

    answer = await server.generate(images=[data_url(), value])

    assert answer.status == 200, answer.text
    assert [image for _, _, image in server.cloudflare.calls[0].images] == [PNG, JPEG]


@pytest.mark.parametrize("value", ["cow.png", FILES_PATH + NAME, 7, {}], ids=str)
async def test_what_is_no_image_is_told_what_may_be_one(value):
    """A data URL, or a whole link."""
    answer = await Server().generate(images=[value])

    words = ("base64 data URL", "or a link that this server gave")
    check_error(answer, 400, "invalid_value", *words, param="images")


async def test_link_in_a_form_is_a_reference():
    """As text where a file belongs."""
    server = Server(results=_keep(JPEG))

    answer = await server.generate_from_form(("image[]", LINK), ("image[]", PNG))

    assert answer.status == 200, answer.text
    assert [image for _, _, image in server.cloudflare.calls[0].images] == [JPEG, PNG]


async def test_link_of_an_answer_is_taken_as_it_was_given():
    """From one answer into the next request."""
    server = Server(results=Store())
    link = (await server.generate(response_format="url")).json["data"][0]["url"]

    answer = await server.generate(images=[link])

    assert answer.status == 200, answer.text
    assert server.cloudflare.calls[1].images == [("input_image_0", "image/jpeg", JPEG)]


async def test_large_image_of_a_link_is_shrunk():
    """The rules are those of every reference image."""
    resize = Resizer()
    server = Server(results=_keep(picture(size=(600, 400))), resize=resize)

    assert (await server.generate(images=[LINK])).status == 200
    assert resize.asked == [("image/jpeg", 512)]


@pytest.mark.parametrize("results", [Store(), None], ids=["not any more", "no RESULTS"])
async def test_link_that_leads_nowhere_is_refused(results):
    """The message says how long links live, and what to send instead."""
    server = Server(results=results)

    answer = await server.generate(images=[LINK])

    words = ("link", "one hour", "Send the image itself")
    check_error(answer, 400, "invalid_image", *words, param="images")
    assert server.cloudflare.calls == []


async def test_storage_that_cannot_be_asked_is_told():
    """It is not the caller's mistake."""
    server = Server(results=Store(OSError("KV is down")))

    answer = await server.post(json.dumps({"prompt": "x", "image": LINK}).encode())

    check_error(answer, 502, "upstream_error", "image cannot be read", param="image")


@pytest.mark.parametrize(
    "url",
    [
        f"ftp://images.example.com{FILES_PATH}{NAME}",
        f"https://images.example.com{FILES_PATH}cache/{'0' * 64}",
        f"https://images.example.com{FILES_PATH}{NAME}?x=1",
        f"https://images.example.com{FILES_PATH}{NAME}.exe",
        f"https:{FILES_PATH}{NAME}",
        "https://images.example.com/cow.png",
    ],
)
def test_other_url_is_no_link(url):
    """Only what this server writes; no name of anything else that is kept."""
    assert read_link(url) is None


def test_link_may_have_any_host():
    """A deployment has several: workers.dev, domains of its own, localhost or 127.0.0.1."""
    assert read_link(f"http://127.0.0.1:8787{FILES_PATH}{NAME}") == Link(NAME)


def test_link_in_a_text_begins_where_the_last_one_does():
    """A long row of beginnings is passed over once."""
    text = "http://" * 1000 + f"images.example.com:8787{FILES_PATH}{NAME}"

    (found,) = re.findall(IN_TEXT, text)

    assert found == f"http://images.example.com:8787{FILES_PATH}{NAME}"
