"""Paths as clients join them; and what is said where there is nothing."""

import pytest

from flux2.paths import normalize
from tests.unit.fakes import JPEG, Server, Store, check_error


@pytest.mark.parametrize(
    "path",
    [
        "//images/generations",
        "/images/generations",
        "/images/generations/",
        "/v1//images/generations",
        "//v1/images/generations//",
        "/v1/v1/images/generations",
        "/v1/images/generations/",
    ],
)
async def test_path_is_found_as_clients_join_it(path):
    """A base URL that ends in a slash, that lacks `/v1`, or has it where they add one."""
    server = Server()

    answer = await server.post(b'{"prompt": "x"}', path=path)

    assert answer.status == 200, answer.text
    assert len(server.cloudflare.calls) == 1


@pytest.mark.parametrize("path", ["/models", "//models/", "/v1/models/"])
async def test_models_are_found_as_clients_join_the_path(path):
    """And need the key there too."""
    assert (await Server().get(path)).json["object"] == "list"
    check_error(await Server().get(path, key=None), 401, "invalid_api_key")


async def test_parts_of_a_path_are_read_from_it_as_it_is_meant():
    """A model's name, and that of an image."""
    name = f"{3:032x}.jpg"
    store = Store()
    store.kept[name] = JPEG
    server = Server(results=store)

    assert (await server.get("/models/flux-2-dev/")).json["id"] == "flux-2-dev"
    assert (await server.get(f"//images/files/{name}", key=None)).status == 200
    assert (await server.get("/health/", key=None)).json["status"] == "ok"


@pytest.mark.parametrize(
    ("path", "advice"),
    [
        ("/v1/responses", "this server only makes images; use POST /v1/images/generations"),
        ("/responses", "this server only makes images; use POST /v1/images/generations"),
        ("/v1/audio/speech", "this server only makes images; use POST /v1/images/generations"),
        ("/v1/embeddings", "this server only makes images"),
        ("/v1/images/variations", "no variations; use POST /v1/images/edits"),
        ("/v1/images", "use POST /v1/images/generations"),
        ("/v1/messages", "this server only makes images; use POST /v1/images/generations"),
        ("/v1/mcp", "agents use POST /mcp"),
        ("/v1/image/generations", "use POST /v1/images/generations"),
    ],
)
async def test_path_of_openais_that_is_not_here_says_what_is(path, advice):
    """To whoever has the key."""
    answer = await Server().post(b"{}", path=path)

    check_error(answer, 404, "not_found", normalize(path), advice)
    check_error(await Server().get(path, key=None), 401, "invalid_api_key")


@pytest.mark.parametrize(
    ("path", "advice"),
    [
        ("/v1", "this server only makes images; use POST /v1/images/generations"),
        ("/api/tags", "The API is below /v1."),
        ("/register", "there is no OAuth; send the key in the header"),
    ],
)
async def test_path_that_needs_no_key_says_what_is(path, advice):
    """A base URL alone, and what is no path of this API. An agent's program whose key is wrong
    looks for OAuth, and shows what it is told there."""
    answer = await Server().get(path, key=None, method="POST")

    check_error(answer, 404, "not_found", advice)


@pytest.mark.parametrize("path", ["/", "/v1", "/v10/images", "/imagesque", "/wp-login.php"])
def test_other_path_stays_what_it_is(path):
    """Nothing of anybody else's is taken for ours."""
    assert normalize(path) == path
