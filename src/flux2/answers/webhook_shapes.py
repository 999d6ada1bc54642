"""The shapes of answers about webhook endpoints."""

from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict  # pydantic wants this one below Python 3.12

from flux2.answers.shapes import UnixSeconds
from flux2.webhooks.events import EventType

EndpointId = Annotated[str, Field(pattern="^we_[0-9a-f]{24}$")]


class WebhookEndpoint(TypedDict):
    """Where events go, without the secret by which they are signed."""

    id: EndpointId
    object: Literal["webhook_endpoint"]
    name: str
    url: str
    event_types: list[EventType]
    created_at: UnixSeconds
    updated_at: Annotated[
        UnixSeconds, Field(description="When anything of it, or its secret, last changed.")
    ]
    signing_secret_hint: Annotated[str, Field(description="The end of the secret.")]


class NewWebhookEndpoint(WebhookEndpoint):
    """An endpoint that was made, or has got another secret, which is told only here."""

    signing_secret: Annotated[str, Field(pattern="^whsec_[A-Za-z0-9+/]{32}$")]


class WebhookEndpointList(TypedDict):
    object: Literal["list"]
    data: list[WebhookEndpoint]
    first_id: EndpointId | None
    last_id: EndpointId | None
    has_more: bool


class DeletedWebhookEndpoint(TypedDict):
    id: EndpointId
    object: Literal["webhook_endpoint.deleted"]
    deleted: Literal[True]


class WebhookEndpointTest(TypedDict):
    """What an endpoint answered to a sample."""

    object: Literal["webhook_endpoint.test"]
    webhook_endpoint_id: EndpointId
    event_type: EventType
    status_code: Annotated[int, Field(description="Of the endpoint; 2xx: it has taken the event.")]
    success: Annotated[Literal[True], Field(description="There was an answer, whatever it was.")]


class WebhookEventTypes(TypedDict):
    object: Literal["list"]
    data: list[EventType]
