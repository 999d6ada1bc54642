"""Results that are kept: when they are used, and what tells them apart."""

import json

import pytest

from tests.unit.fakes import (
    ENVIRONMENT,
    GENERATIONS,
    JPEG,
    KEY,
    PNG,
    Request,
    Server,
    Store,
    Upstream,
    canonical,
    check_error,
    encoded,
    events,
    picture,
    refusal,
)

HEADERS = {"Authorization": f"Bearer {KEY}"}
CACHED = ENVIRONMENT | {"CACHE_TTL": "600"}
LINES = {"seed": 7, "prompt": "a valley"}


def _server(*answers, store: Store | None = None, **more) -> Server:
    environment = CACHED | more
    return Server(*answers, results=Store() if store is None else store, environment=environment)


async def test_same_request_with_a_seed_is_answered_from_what_was_kept():
    """The same image, at once, for nothing; `x-cache` says so."""
    server = _server(Upstream(canonical(PNG)), Upstream(canonical(JPEG)))

    first, second = [await server.generate(**LINES) for _ in range(2)]

    assert [a.headers["x-cache"] for a in (first, second)] == ["MISS", "HIT"]
    assert first.json["data"] == second.json["data"]
    assert first.json["data"][0]["b64_json"] == encoded(PNG)
    assert second.json["output_format"] == "png"
    assert first.json["cost"]["neurons"] == 3750
    assert second.json["cost"] == {"neurons": 0, "usd": 0}
    assert len(server.cloudflare.calls) == 1
    assert server.services.bindings.results.seconds == [600]


async def test_link_to_a_kept_image_begins_with_the_address_that_is_asked_now():
    """What is kept is the image: a host that somebody invented reaches nobody else."""
    server = _server()
    body = json.dumps(LINES | {"response_format": "url"}).encode()

    answers = [
        await server.send(Request("POST", GENERATIONS, HEADERS, body, origin=f"https://{host}"))
        for host in ("evil.example", "images.example")
    ]

    assert [answer.headers["x-cache"] for answer in answers] == ["MISS", "HIT"]
    links = [answer.json["data"][0]["url"] for answer in answers]
    assert links[0].startswith("https://evil.example/")
    assert links[1].startswith("https://images.example/")


@pytest.mark.parametrize(
    "other",
    [
        {"prompt": "a hill"},
        {"seed": 8},
        {"size": "512x512"},
        {"size": "1024x768"},
        {"steps": 24},
        {"guidance": 3},
        {"guidance": 0},
        {"model": "flux-2-klein-4b"},
    ],
    ids=str,
)
async def test_whatever_matters_tells_results_apart(other):
    """Each field that the model gets."""
    server = _server()
    await server.generate(**LINES)

    answer = await server.generate(**LINES | other)

    assert answer.headers["x-cache"] == "MISS"
    assert len(server.cloudflare.calls) == 2


@pytest.mark.parametrize("other", [{"quality": "medium"}, {"size": "1024x1024"}, {"user": "x"}])
async def test_what_means_the_same_is_the_same(other):
    """Fields that say what is the default anyway, or that are ignored."""
    server = _server()
    await server.generate(**LINES)

    assert (await server.generate(**LINES | other)).headers["x-cache"] == "HIT"


async def test_reference_images_matter_by_their_bytes_and_order():
    """One byte of one of them, or another order, is another request."""
    server = _server()
    other = picture("PNG", (64, 49))
    asked = [[PNG], [other], [PNG, other], [other, PNG], [PNG]]

    answers = [
        await server.generate_from_form(("seed", "1"), *(("image", each) for each in images))
        for images in asked
    ]

    assert [a.headers["x-cache"] for a in answers] == ["MISS"] * 4 + ["HIT"]


async def test_each_image_of_several_is_kept():
    """`HIT` is said only if all were; what is new is asked for and paid for."""
    server = _server()
    await server.generate(**LINES, n=2)

    more = await server.generate(**LINES, n=3)
    fewer = await server.generate(prompt="a valley", seed=8, n=2)

    assert (more.headers["x-cache"], more.json["cost"]["neurons"]) == ("MISS", 3750)
    assert (fewer.headers["x-cache"], fewer.json["cost"]["neurons"]) == ("HIT", 0)
    assert len(server.cloudflare.calls) == 3


async def test_stream_uses_it_as_well():
    """An event, and the header."""
    server = _server()
    await server.generate(**LINES)

    answer = await server.generate(**LINES, stream=True)

    assert answer.headers["x-cache"] == "HIT"
    assert encoded(JPEG) in answer.text


@pytest.mark.parametrize("environment", [{"CACHE_TTL": ""}, {"CACHE_TTL": "0"}])
async def test_nothing_is_kept_unless_the_owner_says_so(environment):
    """By default there is no cache, and no header that speaks of it."""
    server = _server(**environment)

    answers = [await server.generate(**LINES) for _ in range(2)]

    assert ["x-cache" in a.headers for a in answers] == [False, False]
    assert server.services.bindings.results.kept == {}


async def test_drawn_seed_is_not_kept():
    """Who names no seed wants another image each time."""
    server = _server()

    answers = [await server.generate() for _ in range(2)]

    assert ["x-cache" in a.headers for a in answers] == [False, False]
    assert len(server.cloudflare.calls) == 2


@pytest.mark.parametrize(
    "failure",
    [
        Upstream(refusal(3030, "flagged"), 400),
        Upstream(broken=ConnectionError()),
        Upstream(canonical().replace(b"true", b"false")),
    ],
    ids=["refused", "broken", "taken back"],
)
async def test_errors_are_never_kept(failure):
    """Nor half of an image."""
    server = _server(failure, Upstream())

    assert (await server.generate(**LINES)).status >= 400
    assert server.services.bindings.results.kept == {}
    assert (await server.generate(**LINES)).headers["x-cache"] == "MISS"


async def test_another_key_shares_nothing():
    """Results belong to who holds the key that they were made with; the name tells nothing."""
    store = Store()
    await _server(store=store).generate(**LINES)
    other = _server(store=store, API_MASTER_KEY="another")

    body = json.dumps(LINES).encode()
    from tests.unit.fakes import GENERATIONS, Request

    asked = Request("POST", GENERATIONS, {"authorization": "Bearer another"}, body)
    answer = await other.send(asked)

    assert answer.headers["x-cache"] == "MISS"
    assert len(store.kept) == 2
    for name in store.kept:
        assert name.startswith("cache/")
        assert KEY not in name


async def test_what_is_kept_cannot_be_had_as_a_link():
    """Links need no key."""
    server = _server()
    await server.generate(**LINES)
    (name,) = server.services.bindings.results.kept

    assert (await server.get(f"/v1/images/files/{name}", key=None)).status == 404


async def test_damaged_image_is_not_kept():
    """Or it would be served again and again."""
    whole, store = canonical(), Store()
    middle = len(whole) // 2
    server = _server(Upstream(whole[:middle] + b"*" + whole[middle + 1 :]), store=store)
    answer = await server.generate(**LINES)
    assert (answer.status, answer.headers["x-cache"], store.kept) == (200, "MISS", {})
    assert events(server) == ["image_not_cached", "request"]


async def test_store_that_fails_only_costs_time():
    """The image is made, and the log says why it took so long."""
    server = _server(store=Store(OSError("unavailable")))

    answer = await server.generate(**LINES)

    assert (answer.status, answer.headers["x-cache"]) == (200, "MISS")
    assert events(server) == ["cache_unavailable", "image_not_cached", "request"]


@pytest.mark.parametrize("ttl", ["59", "-1", "1.5", "a day", "9999999999"])
async def test_impossible_lifetime_is_named(ttl):
    """Workers KV keeps nothing for less than a minute."""
    check_error(
        await _server(CACHE_TTL=ttl).generate(**LINES), 500, "configuration_error", "CACHE_TTL"
    )


async def test_cache_without_a_store_is_named():
    """Rather than being switched off in silence."""
    server = Server(environment=CACHED)

    check_error(await server.generate(**LINES), 500, "configuration_error", "CACHE_TTL", "RESULTS")
