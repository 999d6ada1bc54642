"""OpenAI's own client for Python registers webhook endpoints, and reads what is told of them."""

from collections.abc import Iterator
from typing import Any, get_args, get_type_hints

import openai
import pytest
from openai.types.webhooks import (
    DeletedWebhookEndpoint,
    WebhookCreateParams,
    WebhookEndpoint,
    WebhookEndpointWithSecret,
)

from flux2.webhooks.events import EVENT_TYPES
from tests.api.test_keys import make_key
from tests.conftest import Server

URL = "https://hooks.example.com/flux2"
NEW: Any = {"name": "My server", "url": URL, "event_types": ["batch.completed", "batch.failed"]}
UNKNOWN = "we_" + "f" * 24


@pytest.fixture
def client(server: Server) -> Iterator[openai.OpenAI]:
    """Of the owner; what is registered is removed in the end."""
    with openai.OpenAI(base_url=f"{server.url}/v1", api_key=server.key, max_retries=0) as client:
        yield client
        for endpoint in client.webhooks.list():
            client.webhooks.delete(endpoint.id)


def is_whole(answer: openai.BaseModel) -> bool:
    """Whether the client's own type has all that it says it has, and nothing of another kind."""
    return type(answer).model_validate(answer.to_dict(), strict=True) == answer


def test_endpoint_is_made_shown_and_listed(client: openai.OpenAI) -> None:
    """The secret comes with the first answer alone."""
    made = client.webhooks.create(**NEW)
    shown = client.webhooks.retrieve(made.id)
    (listed,) = client.webhooks.list()

    assert isinstance(made, WebhookEndpointWithSecret)
    assert isinstance(shown, WebhookEndpoint)
    assert is_whole(made)
    assert is_whole(shown)
    assert made.signing_secret.startswith("whsec_")
    assert {name: getattr(made, name) for name in NEW} == NEW
    assert shown == listed
    assert shown.to_dict() == {
        name: value for name, value in made.to_dict().items() if name != "signing_secret"
    }


def test_list_is_read_to_its_end(client: openai.OpenAI) -> None:
    """The client asks for the next page by itself."""
    made = [client.webhooks.create(**NEW | {"name": f"server {n}"}).id for n in range(5)]

    first = client.webhooks.list(limit=2)

    assert (len(first.data), first.has_more) == (2, True)
    assert {endpoint.id for endpoint in first} == {*made}


def test_update_changes_what_is_given(client: openai.OpenAI) -> None:
    """Whatever is left out stays."""
    made = client.webhooks.create(**NEW)

    renamed = client.webhooks.update(made.id, name="Another")
    moved = client.webhooks.update(
        made.id, url="https://other.example.com", event_types=["batch.expired"]
    )

    assert (renamed.name, renamed.url, renamed.event_types) == ("Another", URL, NEW["event_types"])
    assert (moved.name, moved.url) == ("Another", "https://other.example.com")
    assert moved.event_types == ["batch.expired"]
    assert client.webhooks.retrieve(made.id) == moved


@pytest.mark.parametrize("arguments", [{}, {"keep_old_secret_active_for_24_hours": True}])
def test_secret_is_rotated(client: openai.OpenAI, arguments: Any) -> None:
    """With what the client may say, and without."""
    made = client.webhooks.create(**NEW)

    rotated = client.webhooks.rotate_secret(made.id, **arguments)

    assert is_whole(rotated)
    assert rotated.signing_secret not in (made.signing_secret, None)
    assert rotated.signing_secret_hint == rotated.signing_secret[-4:]


def test_endpoint_is_deleted(client: openai.OpenAI) -> None:
    """And not found afterwards."""
    made = client.webhooks.create(**NEW)

    deleted = client.webhooks.delete(made.id)

    assert isinstance(deleted, DeletedWebhookEndpoint)
    assert is_whole(deleted)
    assert (deleted.id, deleted.deleted) == (made.id, True)
    with pytest.raises(openai.NotFoundError):
        client.webhooks.retrieve(made.id)


def test_event_types_are_those_that_happen_here(client: openai.OpenAI) -> None:
    """Each of OpenAI's that a client may ask for besides is refused, with those that there are."""
    assert client.webhooks.event_types.list().data == [*EVENT_TYPES]
    (one,) = get_args(get_type_hints(WebhookCreateParams)["event_types"])
    known = get_args(one)
    assert {*EVENT_TYPES} < {*known}
    for other in {*known} - {*EVENT_TYPES}:
        with pytest.raises(openai.BadRequestError) as caught:
            client.webhooks.create(**NEW | {"event_types": [other]})
        assert caught.value.param == "event_types"
        assert ", ".join(EVENT_TYPES) in caught.value.message


def test_test_of_what_is_not_there_is_told(client: openai.OpenAI) -> None:
    """With the client's own error."""
    with pytest.raises(openai.NotFoundError):
        client.webhooks.test(UNKNOWN, event_type="batch.completed")


async def test_async_client_does_the_same(server: Server) -> None:
    """The same package, the other transport."""
    async with openai.AsyncOpenAI(base_url=f"{server.url}/v1", api_key=server.key) as client:
        made = await client.webhooks.create(**NEW)
        assert [each.id async for each in client.webhooks.list()] == [made.id]
        assert (await client.webhooks.delete(made.id)).deleted


def test_friend_registers_nothing(server: Server) -> None:
    """Whoever has a key of the owner's making may not have the Worker call others."""
    friend = make_key(server)
    with (
        openai.OpenAI(base_url=f"{friend.url}/v1", api_key=friend.key) as client,
        pytest.raises(openai.PermissionDeniedError),
    ):
        client.webhooks.create(**NEW)
