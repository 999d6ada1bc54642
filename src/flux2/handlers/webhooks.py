"""`/v1/webhook_endpoints`: where the owner wants to be told that a batch is over, as OpenAI's
clients ask for it (`client.webhooks`)."""

import re

from flux2 import paths
from flux2.access.auth import Caller
from flux2.answers.webhook_shapes import (
    DeletedWebhookEndpoint,
    WebhookEndpointTest,
    WebhookEventTypes,
)
from flux2.answers.webhooks import describe, describe_list, describe_with_secret
from flux2.errors import UpstreamError
from flux2.handlers.documents import read_fields, respond
from flux2.ports import NotConnected, Request, Response
from flux2.request import queries, webhook_fields
from flux2.services import Services
from flux2.webhooks import delivery, endpoints
from flux2.webhooks.events import EVENT_TYPES, Event

PATH = "/v1/webhook_endpoints"
EVENT_TYPES_PATH = "/v1/webhook_event_types"
_SAMPLE = "batch_sample"
"""A batch that never was."""


async def create(request: Request, caller: Caller, services: Services) -> Response:
    columns = webhook_fields.read_new(await read_fields(request, services))
    return respond(describe_with_secret(await endpoints.create(columns, services)))


async def index(request: Request, caller: Caller, services: Services) -> Response:
    query = queries.read(webhook_fields.EndpointsQuery, request.query)
    found, has_more = await endpoints.list_page(query.limit, query.after, services)
    return respond(describe_list(found, has_more))


async def show(request: Request, caller: Caller, services: Services) -> Response:
    return respond(describe(await endpoints.find(_read_id(request), services)))


async def change(request: Request, caller: Caller, services: Services) -> Response:
    """Change what is given, and nothing else."""
    columns = webhook_fields.read_change(await read_fields(request, services))
    return respond(describe(await endpoints.change(_read_id(request), columns, services)))


async def rotate(request: Request, caller: Caller, services: Services) -> Response:
    """Put another secret in place of the one before. Without a body that one ends at once."""
    keeps_old = webhook_fields.read_rotation(
        await read_fields(request, services, may_be_empty=True)
    )
    endpoint = await endpoints.rotate(_read_id(request), services, keeps_old=keeps_old)
    return respond(describe_with_secret(endpoint))


async def delete(request: Request, caller: Caller, services: Services) -> Response:
    endpoint_id = _read_id(request)
    await endpoints.delete(endpoint_id, services)
    document: DeletedWebhookEndpoint = {
        "id": endpoint_id,
        "object": "webhook_endpoint.deleted",
        "deleted": True,
    }
    return respond(document)


async def test(request: Request, caller: Caller, services: Services) -> Response:
    """Send a sample, once, whether the endpoint wants such events or not; tell what it answered."""
    event_type = webhook_fields.read_test(await read_fields(request, services))
    endpoint = await endpoints.find(_read_id(request), services)
    event = Event(f"evt_{services.new_id()}", int(services.now()), event_type, _SAMPLE)
    try:
        status = await delivery.send(endpoint, event, services)
    except OSError as exc:
        raise _explain(exc) from exc
    document: WebhookEndpointTest = {
        "object": "webhook_endpoint.test",
        "webhook_endpoint_id": endpoint.id,
        "event_type": event_type,
        "status_code": status,
        "success": True,
    }
    return respond(document)


async def list_event_types(request: Request, caller: Caller, services: Services) -> Response:
    document: WebhookEventTypes = {"object": "list", "data": [*EVENT_TYPES]}
    return respond(document)


def _explain(error: OSError) -> UpstreamError:
    """Say why an endpoint has not answered; only its owner can mend that."""
    if isinstance(error, NotConnected):
        reason = f"could not be called: {error.reason}"
    elif isinstance(error, TimeoutError):
        reason = f"did not answer within {delivery.TIMEOUT} seconds"
    else:
        reason = "broke off the connection, or refused it"
    return UpstreamError(f"The webhook endpoint {reason}.", retryable=False)


def _read_id(request: Request) -> str:
    path = paths.normalize(request.path).removeprefix(f"{PATH}/")
    return re.sub(r"/(rotate_secret|test)$", "", path)
