"""What is told of webhook endpoints."""

from collections.abc import Sequence

from flux2.answers.pages import describe_page
from flux2.answers.webhook_shapes import NewWebhookEndpoint, WebhookEndpoint, WebhookEndpointList
from flux2.webhooks.endpoints import Endpoint

_HINT = 4
"""Characters of a secret: enough to tell which one it is, and too few to guess it."""


def describe(endpoint: Endpoint) -> WebhookEndpoint:
    return {
        "id": endpoint.id,
        "object": "webhook_endpoint",
        "name": endpoint.name,
        "url": endpoint.url,
        "event_types": [*endpoint.event_types],
        "created_at": endpoint.created_at,
        "updated_at": endpoint.updated_at,
        "signing_secret_hint": endpoint.secret[-_HINT:],
    }


def describe_with_secret(endpoint: Endpoint) -> NewWebhookEndpoint:
    return {**describe(endpoint), "signing_secret": endpoint.secret}


def describe_list(endpoints: Sequence[Endpoint], has_more: bool) -> WebhookEndpointList:
    return describe_page([describe(endpoint) for endpoint in endpoints], has_more)
