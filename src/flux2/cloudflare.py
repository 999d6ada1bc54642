"""One generation upstream: the call, and what its answer means.

Cloudflare's reference: "Workers AI, REST API", and the pages of the three FLUX.2 models.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from pydantic_core import from_json

from flux2 import hollow, policy
from flux2.errors import ClientClosedRequest, UpstreamError, UpstreamTimeout
from flux2.policy import Failed
from flux2.references import BASE64_SAMPLE, base64_format
from flux2.schemas import Job
from flux2.settings import Account, Settings
from flux2.web import Base64, ClientLeft, Fetch, ImageStream, TypedFile, UpstreamResponse

MOST_BYTES = 64 * 1024 * 1024
"""Of an answer that must be read as a whole because it is not in the canonical order."""
_HEAD = 512
_BASE64 = re.compile(r"[A-Za-z0-9+/]+={0,2}", re.ASCII)

_CANONICAL = re.compile(rb'\s*\{\s*"result"\s*:\s*\{\s*"image"\s*:\s*"')
_USUAL_END = b'"},"success":true,"errors":[],"messages":[]}'


@dataclass(frozen=True)
class Image:
    """An image that Cloudflare made; its base64 may still be on its way."""

    base64: Base64
    format: str
    """png, jpeg or webp, by its first bytes."""
    account: str | None
    """The name of the variable with the account that served; None if no account did."""


async def generate(
    job: Job,
    seed: int,
    references: Sequence[TypedFile],
    account: Account,
    settings: Settings,
    fetch: Fetch,
    timeout: float,
) -> Image:
    """Ask for one image, once, and judge the answer as far as it can be before the image is read.

    Raises Failed with what `policy` says about it, or the ApiError of something that must not be
    tried again. Whatever breaks later breaks the stream.
    """
    with _translated(settings):
        try:
            response = await fetch(
                f"{settings.api_base_url}/accounts/{account.id}/ai/run/{job.model.id}",
                headers={"authorization": f"Bearer {account.token}"},
                form=_form(job, seed, references),
                timeout=timeout,
            )
        except ConnectionError as exc:
            raise Failed(_broke_off(), policy.AGAIN, account) from exc
        return await _judge(response, account)


async def hold(image: Image, settings: Settings) -> None:
    """Take the rest of an image now, so that its connection is free for the next one.

    Raises an ApiError if the rest does not come; then it has been let go of.
    """
    if isinstance(image.base64, ImageStream):
        try:
            with _translated(settings):
                await image.base64.drain()
        except BaseException:
            await image.base64.cancel()
            raise


async def discard(image: Base64) -> None:
    """Let go of an image that nobody will read."""
    if isinstance(image, ImageStream):
        await image.cancel()


@contextmanager
def _translated(settings: Settings) -> Iterator[None]:
    try:
        yield
    except TimeoutError as exc:
        raise UpstreamTimeout(
            f"Cloudflare did not answer within {settings.upstream_timeout:g} seconds. Ask for "
            "fewer steps or fewer pixels, or try again."
        ) from exc
    except ConnectionError as exc:
        raise _broke_off() from exc
    except ClientLeft as exc:
        raise ClientClosedRequest("The client has left.") from exc


def _broke_off() -> UpstreamError:
    return UpstreamError("The connection to Cloudflare broke off. Try again.")


def _form(
    job: Job, seed: int, references: Sequence[TypedFile]
) -> Sequence[tuple[str, str | TypedFile]]:
    """The fields as Cloudflare documents them; what it fixes or defaults badly is settled here."""
    form: list[tuple[str, str | TypedFile]] = [
        ("prompt", job.prompt),
        ("width", str(job.width)),
        ("height", str(job.height)),
        ("seed", str(seed)),
    ]
    if job.model.fixed_steps is None:
        form.append(("steps", str(job.steps)))
    if job.guidance is not None:
        form.append(("guidance", f"{job.guidance:.15g}"))
    form += [(f"input_image_{index}", image) for index, image in enumerate(references)]
    return form


async def _judge(response: UpstreamResponse, account: Account) -> Image:
    try:
        if response.status != 200:
            raise await _refusal(response, account)
        media_type = (response.header("content-type") or "").partition(";")[0].strip().lower()
        if media_type and not media_type.endswith("json"):
            raise UpstreamError(f"Cloudflare answered with {media_type[:60]} instead of JSON.")
        head = await response.head(_HEAD)
        match = _CANONICAL.match(head)
        if match and len(head) - match.end() >= BASE64_SAMPLE:
            kind = _image_format(head[match.end() :])
            stream = response.image(match.end(), _finisher(match[0]))
            return Image(stream, kind, account.name)
        return await _read_whole(response, account)
    except BaseException:
        await response.cancel()
        raise


def _image_format(encoded: bytes) -> str:
    """By the beginning of its base64; raises UpstreamError if it is no image."""
    kind = base64_format(encoded)
    if kind is None:
        raise UpstreamError("Cloudflare answered without an image.")
    return kind


def _finisher(prefix: bytes) -> Callable[[bytes], None]:
    def finish(rest: bytes) -> None:
        """`rest` begins with the quote that ends the image."""
        if rest == _USUAL_END:
            return
        document = _parse(prefix + rest)
        if document.get("success") is not True:
            raise UpstreamError("Cloudflare took its answer back.")

    return finish


def _parse(text: bytes) -> Mapping[str, Any]:
    try:
        document = from_json(text)
    except ValueError as exc:
        raise UpstreamError("Cloudflare's answer is not valid JSON.") from exc
    return document if isinstance(document, dict) else {}


async def _read_whole(response: UpstreamResponse, account: Account) -> Image:
    """The slow path: an answer in another order, with the same result."""
    data = await response.buffer(MOST_BYTES)
    if data is None:
        raise UpstreamError("Cloudflare's answer is too large.")
    try:
        document = hollow.parse(data, hollow.BASE64)
    except ValueError as exc:
        raise UpstreamError("Cloudflare's answer is not valid JSON.") from exc
    answer = document.value if isinstance(document.value, dict) else {}
    if answer.get("success") is not True:
        raise policy.failed(response, answer, account)
    result = answer.get("result")
    encoded = result.get("image") if isinstance(result, dict) else None
    if isinstance(encoded, str):
        if (image := document.images.get(encoded)) is not None:
            return Image(image, _image_format(image.read(0, BASE64_SAMPLE)), account.name)
        if _BASE64.fullmatch(encoded):
            return Image(encoded, _image_format(encoded.encode()), account.name)
    raise UpstreamError("Cloudflare answered without an image.")


async def _refusal(response: UpstreamResponse, account: Account) -> Failed:
    """The status says enough if there is no more than that."""
    try:
        answer = from_json(await response.head(64 * 1024))
    except (ValueError, ConnectionError):
        answer = None
    return policy.failed(response, answer if isinstance(answer, dict) else {}, account)
