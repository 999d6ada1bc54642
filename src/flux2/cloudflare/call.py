"""One generation upstream: the call, and what becomes of it.

Cloudflare's reference: "Workers AI, REST API", and the pages of the three FLUX.2 models.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from urllib.parse import urlsplit

from flux2.accounts import Account
from flux2.cloudflare import answer, failures
from flux2.cloudflare.answer import Image
from flux2.cloudflare.failures import CallFailed
from flux2.errors import ClientClosedRequest, UpstreamError, UpstreamTimeout
from flux2.plan import Plan
from flux2.ports import (
    Base64,
    ClientLeft,
    ImageStream,
    LeftEarly,
    NotConnected,
    TooLarge,
    TypedFile,
)
from flux2.services import Services
from flux2.settings import DEFAULT_API_BASE_URL, Settings

Field = tuple[str, str | TypedFile]


async def generate(
    plan: Plan, seed: int, account: Account, services: Services, timeout: float
) -> Image:
    """Ask for one image, once, and judge the answer as far as it can be before the image is read.

    Raises CallFailed with what `failures` says about it, or the ApiError of something that must not
    be tried again. Whatever breaks later breaks the stream.
    """
    settings = services.settings
    with _translated(settings):
        try:
            response = await services.fetch(
                f"{settings.api_base_url}/accounts/{account.id}/ai/run/{plan.model.id}",
                headers={"authorization": f"Bearer {account.token}"},
                form=_write_form(plan, seed),
                timeout=timeout,
            )
        except ConnectionError as exc:
            was_made = not isinstance(exc, NotConnected)
            policy = failures.RETRY if was_made else failures.NOT_CONNECTED
            raise CallFailed(_describe_unanswered(exc, services), policy, account) from exc
        return await answer.judge(response, account)


async def hold(
    image: ImageStream, limit: int, let_go: Callable[[int], None], settings: Settings
) -> int:
    """Take the rest of an image now, so that its connection is free for the next one; tell the
    bytes of all of it. `let_go` hears of those that have been poured later.

    Raises an ApiError if the rest does not come, or is more than `limit` bytes; then it has been
    let go of.
    """
    try:
        with _translated(settings):
            return await image.drain(limit, let_go)
    except BaseException:
        await image.cancel()
        raise


async def discard(image: Base64) -> None:
    """Let go of an image that nobody will read."""
    if isinstance(image, ImageStream):
        await image.cancel()


@contextmanager
def _translated(settings: Settings) -> Iterator[None]:
    """Turn what the transport raises into what a caller is told."""
    try:
        yield
    except TimeoutError as exc:
        raise UpstreamTimeout(
            f"Cloudflare did not answer within {settings.upstream_timeout:g} seconds. Ask for "
            "fewer steps or fewer pixels, or try again."
        ) from exc
    except ConnectionError as exc:
        raise UpstreamError("The connection to Cloudflare broke off. Try again.") from exc
    except TooLarge as exc:
        raise UpstreamError(
            "Cloudflare's image is larger than can be held here. Ask for fewer images at once, for "
            "fewer pixels, or for one image in the format that the model makes."
        ) from exc
    except ClientLeft as exc:
        is_free = isinstance(exc, LeftEarly)
        raise ClientClosedRequest("The client has left.", is_free=is_free) from exc


def _describe_unanswered(failure: ConnectionError, services: Services) -> UpstreamError:
    """Tell the caller and the log which host it was, and why, as far as the runtime says."""
    base_url = services.settings.api_base_url
    host = urlsplit(base_url).netloc
    reason = failure.reason if isinstance(failure, NotConnected) else None
    services.log.event_once("upstream_unreachable", host=host, reason=reason)
    advice = "Try again." if base_url == DEFAULT_API_BASE_URL else "Check CF_API_BASE_URL."
    if reason is None:
        return UpstreamError(
            f"The connection to Cloudflare broke off, or none could be made to {host}. {advice}"
        )
    return UpstreamError(f"No connection to {host} could be made: {reason}. {advice}")


def write_fields(plan: Plan, seed: int) -> Sequence[tuple[str, str]]:
    """All but the reference images, as Cloudflare documents them; what it fixes or defaults badly
    is settled here."""
    fields = [
        ("prompt", plan.prompt),
        ("width", str(plan.width)),
        ("height", str(plan.height)),
        ("seed", str(seed)),
    ]
    if plan.model.fixed_steps is None:
        fields.append(("steps", str(plan.steps)))
    return [*fields, *((name, f"{value:.15g}") for name, value in plan.sent_on.items())]


def _write_form(plan: Plan, seed: int) -> Sequence[Field]:
    references = [(f"input_image_{index}", image) for index, image in enumerate(plan.references)]
    return [*write_fields(plan, seed), *references]
