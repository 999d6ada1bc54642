"""Images that are kept for whoever asked for them, through the runtime."""

import base64
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.api.test_edits_streams_links import EDITS, events, picture
from tests.api.test_generations import PATH
from tests.api.test_keys import SMALL, make_key
from tests.conftest import Server, wait_until

KEPT = "/v1/images/kept"


@pytest.fixture
def keeper(servers: Mapping[str, Server]) -> Server:
    """Somebody with a key of a Worker that keeps images, and with none as yet."""
    return make_key(servers["keeping"])


def listed(server: Server, **query: str) -> Sequence[Mapping[str, Any]]:
    with server.client() as client:
        response = client.get(KEPT, params=query)
    assert response.status_code == 200, response.text
    images: Sequence[Mapping[str, Any]] = response.json()["data"]
    return images


def fetch(server: Server, link: str) -> bytes | None:
    """What anybody gets by a link, without a key."""
    with server.client() as client:
        response = client.get(urlsplit(link).path, headers={"authorization": ""})
    return response.content if response.status_code == 200 else None


def wait_for(server: Server, count: int) -> Sequence[Mapping[str, Any]]:
    """The list is written behind the answer."""
    wait_until(lambda: len(listed(server)) == count)
    return listed(server)


@pytest.mark.parametrize(
    "fields", [{}, {"response_format": "url"}, {"output_format": "png"}], ids=str
)
def test_kept_image_is_the_one_of_the_answer(keeper: Server, fields: Mapping[str, str]) -> None:
    """To the byte, as a document, as a link, and converted."""
    with keeper.client() as client:
        answer = client.post(PATH, json={"prompt": "a lake", **SMALL, **fields, "seed": 3}).json()
    (made,) = answer["data"]

    (image,) = wait_for(keeper, 1)

    assert image["id"] == made["kept_id"]
    assert (image["prompt"], image["seed"], image["cost"]) == ("a lake", 3, answer["cost"])
    told = fetch(keeper, made["url"]) if "url" in made else base64.b64decode(made["b64_json"])
    assert told == fetch(keeper, image["url"])


def test_events_of_an_edit_are_kept(keeper: Server) -> None:
    """Each of them, as one request."""
    form = {
        "prompt": "a hat",
        "size": "256x256",
        "n": "3",
        "stream": "true",
        "model": SMALL["model"],
    }
    with keeper.client() as client:
        text = client.post(EDITS, data=form, files={"image": picture()}).text
    ids = {event["kept_id"] for event in events(text)}

    images = wait_for(keeper, 3)

    assert {image["id"] for image in images} == ids
    assert {image["references"] for image in images} == {1}
    assert len({image["request_id"] for image in images}) == 1


def test_image_is_deleted_with_its_link(keeper: Server, servers: Mapping[str, Server]) -> None:
    """And told as deleted to who asks for that; nobody else can do it."""
    with keeper.client() as client:
        for prompt in ("a lake", "a hill"):
            client.post(PATH, json={"prompt": prompt, **SMALL})
            wait_until(lambda prompt=prompt: prompt in {each["prompt"] for each in listed(keeper)})
    hill, lake = listed(keeper)
    stranger = make_key(servers["keeping"])

    with stranger.client() as client:
        assert client.delete(f"{KEPT}/{lake['id']}").status_code == 404
    with keeper.client() as client:
        assert client.delete(f"{KEPT}/{lake['id']}").json()["deleted"] is True

    assert [image["id"] for image in listed(keeper)] == [hill["id"]]
    gone = {"id": lake["id"], "object": "image", "deleted": True}
    assert [*listed(keeper, deleted="true")] == [gone, hill]
    assert fetch(keeper, lake["url"]) is None
    assert fetch(keeper, hill["url"])


def test_list_goes_on_behind_an_image_that_was_deleted_meanwhile(keeper: Server) -> None:
    """With what stood behind it, and nothing a second time."""
    with keeper.client() as client:
        for prompt in ("a lake", "a hill", "a boat", "a hat"):
            client.post(PATH, json={"prompt": prompt, **SMALL})
            wait_until(lambda prompt=prompt: prompt in {each["prompt"] for each in listed(keeper)})
        _, boat = listed(keeper, limit="2")
        assert client.delete(f"{KEPT}/{boat['id']}").status_code == 200

    behind = listed(keeper, limit="2", after=boat["id"])

    assert [image["prompt"] for image in behind] == ["a hill", "a lake"]
