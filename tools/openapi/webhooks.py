"""Webhook endpoints: their routes, their bodies, their answers, and examples of them."""

from collections.abc import Mapping
from typing import Any

from flux2.answers import webhook_shapes as shapes
from flux2.errors import NotFound, PermissionDenied, UpstreamError
from flux2.handlers import webhooks
from flux2.request.webhook_fields import (
    EndpointFields,
    EndpointsQuery,
    SampleFields,
    SecretFields,
)
from flux2.webhooks.delivery import TIMEOUT
from flux2.webhooks.endpoints import MOST
from flux2.webhooks.events import EVENT_TYPES
from tools.openapi import failures
from tools.openapi.operation import Operation
from tools.openapi.schemas import Json, describe_fields, refer

_JSON = "application/json"
_FIELDS = describe_fields(EndpointFields, EndpointFields.model_fields)
_CREATED = 1_764_028_800


def _describe(fields: Json, about: str) -> Json:
    return {
        "type": "object",
        "description": about,
        "properties": fields,
        "additionalProperties": False,
    }


SCHEMAS: Mapping[str, Json] = {
    "NewWebhookEndpointRequest": {
        **_describe(_FIELDS, "All of it is needed."),
        "required": list(_FIELDS),
    },
    "ChangedWebhookEndpointRequest": _describe(_FIELDS, "What is given changes."),
    "WebhookSecretRequest": _describe(
        describe_fields(SecretFields), "Without it the old secret ends at once."
    ),
    "WebhookTestRequest": {
        **_describe(describe_fields(SampleFields, SampleFields.model_fields), "What to send."),
        "required": ["event_type"],
    },
}


def _show_body(name: str, example: Json) -> Json:
    return {_JSON: {"schema": refer(name), "example": example}}


_ENDPOINT: shapes.WebhookEndpoint = {
    "id": "we_0f2b6c1f7a3d4e5f8091a2b3",
    "object": "webhook_endpoint",
    "name": "My server",
    "url": "https://hooks.example.com/flux2",
    "event_types": [*EVENT_TYPES],
    "created_at": _CREATED,
    "updated_at": _CREATED,
    "signing_secret_hint": "xxxx",
}
_WITH_SECRET: shapes.NewWebhookEndpoint = {**_ENDPOINT, "signing_secret": f"whsec_{'x' * 32}"}
_DELETED: shapes.DeletedWebhookEndpoint = {
    "id": _ENDPOINT["id"],
    "object": "webhook_endpoint.deleted",
    "deleted": True,
}
_TEST: shapes.WebhookEndpointTest = {
    "object": "webhook_endpoint.test",
    "webhook_endpoint_id": _ENDPOINT["id"],
    "event_type": "batch.completed",
    "status_code": 200,
    "success": True,
}
EXAMPLES: Mapping[str, Any] = {
    "WebhookEndpoint": _ENDPOINT,
    "NewWebhookEndpoint": _WITH_SECRET,
    "WebhookEndpointList": {
        "object": "list",
        "data": [_ENDPOINT],
        "first_id": _ENDPOINT["id"],
        "last_id": _ENDPOINT["id"],
        "has_more": False,
    },
    "DeletedWebhookEndpoint": _DELETED,
    "WebhookEndpointTest": _TEST,
    "WebhookEventTypes": {"object": "list", "data": [*EVENT_TYPES]},
}

_ALL, _ONE = webhooks.PATH, f"{webhooks.PATH}/*"
_NEW_SECRET, _SAMPLE = f"{_ONE}/rotate_secret", f"{_ONE}/test"
SHAPES: Mapping[str, Mapping[str, Any]] = {
    f"GET {webhooks.EVENT_TYPES_PATH}": {_JSON: shapes.WebhookEventTypes},
    f"POST {_ALL}": {_JSON: shapes.NewWebhookEndpoint},
    f"GET {_ALL}": {_JSON: shapes.WebhookEndpointList},
    f"GET {_ONE}": {_JSON: shapes.WebhookEndpoint},
    f"POST {_ONE}": {_JSON: shapes.WebhookEndpoint},
    f"DELETE {_ONE}": {_JSON: shapes.DeletedWebhookEndpoint},
    f"POST {_NEW_SECRET}": {_JSON: shapes.NewWebhookEndpoint},
    f"POST {_SAMPLE}": {_JSON: shapes.WebhookEndpointTest},
}
"""Name of the route -> media type -> shape."""

_ID: Json = {
    "name": "webhook_endpoint_id",
    "description": "Its `id`.",
    "schema": {"type": "string"},
    "example": _ENDPOINT["id"],
}
_TAG = "Webhooks"
OPERATIONS: Mapping[str, Operation] = {
    f"GET {webhooks.EVENT_TYPES_PATH}": Operation(
        "listWebhookEventTypes",
        _TAG,
        "What can be told",
        "All of them.",
        errors=(PermissionDenied,),
    ),
    f"POST {_ALL}": Operation(
        "createWebhookEndpoint",
        _TAG,
        "Have events sent somewhere",
        "The endpoint, with the secret by which deliveries are signed; it is told only now.",
        "Deliveries are signed as Standard Webhooks has it, and repeated for a day until the "
        f"endpoint answers with 2xx within {TIMEOUT} seconds. It has to have a public name and "
        f"`https`; redirects are not followed. There may be {MOST}.",
        body=_show_body(
            "NewWebhookEndpointRequest",
            {name: _ENDPOINT[name] for name in ("name", "url", "event_types")},
        ),
        errors=failures.OF_OWNERS_FIELDS,
    ),
    f"GET {_ALL}": Operation(
        "listWebhookEndpoints",
        _TAG,
        "Where events are sent",
        "The newest first.",
        query=EndpointsQuery,
        errors=failures.OF_QUERY,
    ),
    f"GET {_ONE}": Operation(
        "retrieveWebhookEndpoint",
        _TAG,
        "One endpoint",
        "Without its secret.",
        parameter=_ID,
        errors=(*failures.OF_OWNER, NotFound),
    ),
    f"POST {_ONE}": Operation(
        "updateWebhookEndpoint",
        _TAG,
        "Change an endpoint",
        "As it is now.",
        "Only what is given changes.",
        parameter=_ID,
        body=_show_body("ChangedWebhookEndpointRequest", {"event_types": ["batch.completed"]}),
        errors=(*failures.OF_OWNERS_FIELDS, NotFound),
    ),
    f"DELETE {_ONE}": Operation(
        "deleteWebhookEndpoint",
        _TAG,
        "Send nothing there any more",
        "It is gone, and so is what was not delivered yet.",
        parameter=_ID,
        errors=(*failures.OF_OWNER, NotFound),
    ),
    f"POST {_NEW_SECRET}": Operation(
        "rotateWebhookSecret",
        _TAG,
        "Put another secret in its place",
        "The endpoint with the new secret, which is told only now.",
        parameter=_ID,
        body=_show_body("WebhookSecretRequest", {"keep_old_secret_active_for_24_hours": True}),
        needs_body=False,
        errors=(*failures.OF_OWNERS_FIELDS, NotFound),
    ),
    f"POST {_SAMPLE}": Operation(
        "testWebhookEndpoint",
        _TAG,
        "Send a sample there",
        "What the endpoint answered, whatever that was.",
        "Once, of a batch that never was, also of events that the endpoint does not want.",
        parameter=_ID,
        body=_show_body("WebhookTestRequest", {"event_type": "batch.completed"}),
        errors=(*failures.OF_OWNERS_FIELDS, NotFound, UpstreamError),
    ),
}
