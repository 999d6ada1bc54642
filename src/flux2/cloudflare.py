"""One generation upstream: the call, and what its answer means.

Cloudflare's reference: "Workers AI, REST API", and the pages of the three FLUX.2 models.
"""

import base64
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from pydantic_core import from_json

from flux2 import hollow
from flux2.errors import (
    ApiError,
    ContentPolicyViolation,
    InsufficientQuota,
    RateLimitExceeded,
    RequestTooLarge,
    UpstreamAuthenticationError,
    UpstreamError,
    UpstreamTimeout,
)
from flux2.references import sniff
from flux2.schemas import Job
from flux2.settings import Settings
from flux2.web import Base64, Fetch, ImageStream, TypedFile, UpstreamResponse

MOST_BYTES = 64 * 1024 * 1024
"""Of an answer that must be read as a whole because it is not in the canonical order."""
_HEAD = 512
_LONGEST_TEXT = 300
_SAMPLE = 32
"""Characters of base64 that show what an image is."""
_FORMATS = ("png", "jpeg", "webp")
_BASE64 = re.compile(r"[A-Za-z0-9+/]+={0,2}", re.ASCII)

_CANONICAL = re.compile(rb'\s*\{\s*"result"\s*:\s*\{\s*"image"\s*:\s*"')
_ACCOUNT_IN_PATH = re.compile(r"/accounts/[^/,\s]+")
_USUAL_END = b'"},"success":true,"errors":[],"messages":[]}'


@dataclass(frozen=True)
class Image:
    """An image that Cloudflare made; its base64 is still on its way."""

    base64: Base64
    format: str
    """png, jpeg or webp, by its first bytes."""
    seed: int


async def generate(
    job: Job, seed: int, references: Sequence[TypedFile], settings: Settings, fetch: Fetch
) -> Image:
    """Ask for one image, and judge the answer as far as it can be before the image is read.

    Raises the ApiError of the table below. Whatever breaks later breaks the stream.
    """
    account, token = settings.require_account()
    with _translated(settings):
        response = await fetch(
            f"{settings.api_base_url}/accounts/{account}/ai/run/{job.model.id}",
            headers={"authorization": f"Bearer {token}"},
            form=_form(job, seed, references),
            timeout=settings.upstream_timeout,
        )
        return await _judge(response, seed)


async def hold(image: Image, settings: Settings) -> None:
    """Take the rest of an image now, so that its connection is free for the next one.

    Raises an ApiError if the rest does not come.
    """
    if isinstance(image.base64, ImageStream):
        with _translated(settings):
            await image.base64.drain()


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
        raise UpstreamError("The connection to Cloudflare broke off. Try again.") from exc


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


async def _judge(response: UpstreamResponse, seed: int) -> Image:
    try:
        if response.status != 200:
            raise await _refusal(response)
        media_type = (response.header("content-type") or "").partition(";")[0].strip().lower()
        if media_type and not media_type.endswith("json"):
            raise UpstreamError(f"Cloudflare answered with {media_type[:60]} instead of JSON.")
        head = await response.head(_HEAD)
        match = _CANONICAL.match(head)
        if match and len(head) - match.end() >= 2 * _SAMPLE:
            kind = _image_format(head[match.end() :])
            return Image(response.image(match.end(), _finisher(match[0])), kind, seed)
        return await _read_whole(response, seed)
    except BaseException:
        await response.cancel()
        raise


def _image_format(encoded: bytes) -> str:
    """The format of an image by the beginning of its base64; raises UpstreamError if it is none."""
    start = encoded.replace(b"\\/", b"/")[:_SAMPLE]
    try:
        kind = sniff(base64.b64decode(start, validate=True))
    except ValueError:
        kind = None
    if kind not in _FORMATS:
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


async def _read_whole(response: UpstreamResponse, seed: int) -> Image:
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
        raise _error(response, answer)
    result = answer.get("result")
    encoded = result.get("image") if isinstance(result, dict) else None
    if isinstance(encoded, str):
        if (image := document.images.get(encoded)) is not None:
            return Image(image, _image_format(image.read(0, 2 * _SAMPLE)), seed)
        if _BASE64.fullmatch(encoded):
            return Image(encoded, _image_format(encoded.encode()), seed)
    raise UpstreamError("Cloudflare answered without an image.")


async def _refusal(response: UpstreamResponse) -> ApiError:
    head = await response.head(64 * 1024)
    try:
        answer = from_json(head)
    except ValueError:
        answer = None
    return _error(response, answer if isinstance(answer, dict) else {})


# Errors: Cloudflare's codes to ours


@dataclass(frozen=True)
class _Problem:
    code: int | None
    text: str
    status: int
    retry_after: int | None

    def __str__(self) -> str:
        """Cloudflare's own code and text."""
        code = f"code {self.code}, HTTP {self.status}" if self.code else f"HTTP {self.status}"
        return f"Cloudflare said: {self.text or 'nothing'} ({code})"


def _flagged(problem: _Problem) -> ApiError:
    """3030 is also what any invalid input gets; only the text tells them apart."""
    if "flagged" not in problem.text.lower():
        return _refused(problem)
    return ContentPolicyViolation(
        "The request was refused by Cloudflare's content filter. Change the prompt or the "
        f"reference images. {problem}"
    )


def _refused(problem: _Problem) -> ApiError:
    return UpstreamError(f"{problem}.", hopeless=True)


def _failed(problem: _Problem) -> ApiError:
    return UpstreamError(f"{problem}. Try again.")


def _too_large(problem: _Problem) -> ApiError:
    return RequestTooLarge(f"The request is too large for Cloudflare. {problem}")


def _quota(problem: _Problem) -> ApiError:
    return InsufficientQuota(
        "This Cloudflare account has used up its free allocation of 10,000 neurons for today. "
        f"It resets at 00:00 UTC; the Workers Paid plan has no such limit. {problem}"
    )


def _busy(problem: _Problem) -> ApiError:
    return RateLimitExceeded(
        f"Cloudflare is out of capacity for a moment. Try again. {problem}",
        retry_after=problem.retry_after or 5,
    )


def _rate_limited(problem: _Problem) -> ApiError:
    return RateLimitExceeded(
        f"Cloudflare's rate limit was reached. Wait, then try again. {problem}",
        retry_after=problem.retry_after or RateLimitExceeded.LONGEST,
    )


def _timeout(problem: _Problem) -> ApiError:
    return UpstreamTimeout(
        f"Cloudflare timed out. Ask for fewer steps or fewer pixels, or try again. {problem}"
    )


def _wrong_account(problem: _Problem) -> ApiError:
    return UpstreamAuthenticationError(
        f"Cloudflare does not know the account. Check the variable ACCOUNT. {problem}"
    )


def _wrong_token(problem: _Problem) -> ApiError:
    return UpstreamAuthenticationError(
        "Cloudflare refused the token. Check the variable CF_API_TOKEN: the token needs the "
        f"permission Workers AI (Read and Edit) on the account in ACCOUNT. {problem}"
    )


def _not_allowed(problem: _Problem) -> ApiError:
    return UpstreamAuthenticationError(
        "This Cloudflare account may not use the model. Check the variable ACCOUNT and its plan, "
        "and that the token in CF_API_TOKEN has the permission Workers AI (Read and Edit). "
        f"{problem}"
    )


_ERRORS: Mapping[int, Callable[[_Problem], ApiError]] = {
    3030: _flagged,
    **dict.fromkeys((3036, 4006), _quota),
    3040: _busy,
    **dict.fromkeys((10013, 971), _rate_limited),
    **dict.fromkeys((3007, 3008, 3046), _timeout),
    3006: _too_large,
    7003: _wrong_account,
    **dict.fromkeys((10000, 9106, 9109), _wrong_token),
    **dict.fromkeys((3023, 3041, 5016, 5018, 5035), _not_allowed),
    **dict.fromkeys((3003, 5004, 5006, 8001, 3042, 5007), _refused),
    3001: _failed,
}
_ERRORS_BY_STATUS: Mapping[int, Callable[[_Problem], ApiError]] = {
    401: _wrong_token,
    403: _not_allowed,
    408: _timeout,
    413: _too_large,
    429: _rate_limited,
    504: _timeout,
    524: _timeout,
}


def _error(response: UpstreamResponse, answer: Mapping[str, Any]) -> ApiError:
    """The row of the table for an answer that is none."""
    code, text = _first_error(answer)
    problem = _Problem(code, text, response.status, _seconds(response.header("retry-after")))
    if code is not None and code in _ERRORS:
        return _ERRORS[code](problem)
    if response.status in _ERRORS_BY_STATUS:
        return _ERRORS_BY_STATUS[response.status](problem)
    return _refused(problem) if 300 <= response.status < 500 else _failed(problem)


def _first_error(answer: Mapping[str, Any]) -> tuple[int | None, str]:
    errors = answer.get("errors")
    first = errors[0] if isinstance(errors, list) and errors else None
    if not isinstance(first, dict):
        return None, ""
    code = first.get("code")
    text = _ACCOUNT_IN_PATH.sub("/accounts/…", str(first.get("message") or ""))
    text = text[:_LONGEST_TEXT].rstrip(" .")
    return (code if isinstance(code, int) else None), text


def _seconds(retry_after: str | None) -> int | None:
    """RFC 9110, 10.2.3; Cloudflare sends seconds, never a date."""
    return int(retry_after) if retry_after and retry_after.isdecimal() else None
