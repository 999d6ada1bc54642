"""Deliveries: an event is posted to an endpoint, signed, and repeated by whoever asked for it."""

from collections.abc import Mapping, Sequence

from flux2 import __version__
from flux2.bindings import Repetition
from flux2.ports import NotConnected
from flux2.services import Services
from flux2.webhooks import endpoints
from flux2.webhooks.endpoints import Endpoint
from flux2.webhooks.events import Event, EventType
from flux2.webhooks.signing import sign

REPETITION = Repetition(times=12, pause=21)
"""The last of them is a day after the first attempt, less a few minutes: 21 s, 42 s, …, 12 hours
lie between them."""
TIMEOUT = 15
"""Seconds that an endpoint has for its answer; Standard Webhooks recommends 15 to 30."""


async def find_endpoints(event_type: EventType, services: Services) -> Sequence[str]:
    """Find the ids of those that want to be told of such an event. Raises OSError if the database
    cannot be asked."""
    return await endpoints.list_wanting(event_type, services)


async def deliver(endpoint_id: str, event: Event, services: Services) -> None:
    """Make one attempt, if the endpoint still is there and wants it.

    Raises OSError if it has to be repeated: no connection, no answer in time, another status than
    2xx, or a database that cannot be asked.
    """
    endpoint = await endpoints.look_up(endpoint_id, services)
    if endpoint is None or event.type not in endpoint.event_types:
        return
    try:
        status = await send(endpoint, event, services)
    except OSError as exc:
        services.log.event("webhook_failed", endpoint_id=endpoint_id, **_describe(exc))
        raise
    if not 200 <= status < 300:
        services.log.event("webhook_failed", endpoint_id=endpoint_id, status=status)
        raise OSError(f"the endpoint answered with {status}")


async def send(endpoint: Endpoint, event: Event, services: Services) -> int:
    """Post an event, whether the endpoint wants it or not; tell the status of the answer.

    Raises ConnectionError or TimeoutError if there is none."""
    text, now = event.text, services.now()
    headers = {
        "content-type": "application/json",
        "user-agent": f"flux2-workers-ai/{__version__}",
        **sign(event.id, text, endpoint.list_secrets(now), now),
    }
    return await services.post(endpoint.url, headers=headers, body=text, timeout=TIMEOUT)


def _describe(error: OSError) -> Mapping[str, str]:
    """Describe for the log why there was no answer, without what it says of the address."""
    reason = {"reason": error.reason} if isinstance(error, NotConnected) else {}
    return {"kind": type(error).__name__, **reason}
