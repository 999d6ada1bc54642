"""An answer of Cloudflare's: whether it is an image, as far as that shows before it is read."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic_core import from_json

from flux2 import json_images
from flux2.accounts import Account
from flux2.cloudflare import failures
from flux2.cloudflare.failures import CallFailed
from flux2.errors import UpstreamError
from flux2.image_formats import BASE64_SAMPLE, MadeFormat, sniff_base64
from flux2.ports import Base64, UpstreamResponse

MOST_BYTES = 32 * 1024 * 1024
"""An answer that is not in the canonical order is read as a whole, and may have no more."""
_HEAD = 512
_MOST_REFUSAL = 64 * 1024
_BASE64 = re.compile(r"[A-Za-z0-9+/]+={0,2}", re.ASCII)

_CANONICAL = re.compile(rb'\s*\{\s*"result"\s*:\s*\{\s*"image"\s*:\s*"')
_USUAL_END = b'"},"success":true,"errors":[],"messages":[]}'


@dataclass(frozen=True)
class Image:
    """An image that Cloudflare made; its base64 may still be on its way."""

    base64: Base64
    format: MadeFormat
    """png, jpeg or webp, by its first bytes."""
    account: str | None
    """The name of the variable with the account that served; None if no account did."""


async def judge(response: UpstreamResponse, account: Account) -> Image:
    """Find the image in an answer.

    Raises CallFailed with what is done about it, or UpstreamError. Whatever breaks later breaks the
    stream.
    """
    try:
        if response.status != 200:
            raise await _read_refusal(response, account)
        head = await response.head(_HEAD)
        match = _CANONICAL.match(head)
        if match and len(head) - match.end() >= BASE64_SAMPLE:
            kind = _find_format(head[match.end() :])
            base64 = response.image(match.end(), _make_finish(match[0]))
            return Image(base64, kind, account.name)
        _check_json(response, head)
        return await _read_whole(response, account)
    except BaseException:
        await response.cancel()
        raise


def _check_json(response: UpstreamResponse, head: bytes) -> None:
    """What begins as JSON is JSON, whatever its content type says."""
    media_type = (response.header("content-type") or "").partition(";")[0].strip().lower()
    if media_type and not media_type.endswith("json") and head.lstrip()[:1] not in (b"{", b"["):
        raise UpstreamError(
            f"Cloudflare answered with {media_type[:60]} instead of JSON. Try again."
        )


def _find_format(encoded: bytes) -> MadeFormat:
    """Tell the format by the beginning of the base64; raises UpstreamError if it is no image."""
    kind = sniff_base64(encoded)
    if kind is None:
        raise UpstreamError("Cloudflare answered without an image. Try again.")
    return kind


def _make_finish(prefix: bytes) -> Callable[[bytes], None]:
    """Make what judges the end of an answer whose beginning, before its image, was `prefix`."""

    def finish(tail: bytes) -> None:
        """`tail` begins with the quote that ends the image."""
        if tail == _USUAL_END:
            return
        document = _parse(prefix + tail)
        if document.get("success") is not True:
            raise UpstreamError("Cloudflare took its answer back. Try again.")

    return finish


def _parse(text: bytes) -> Mapping[str, Any]:
    try:
        document = from_json(text)
    except ValueError as exc:
        raise UpstreamError("Cloudflare's answer is not valid JSON. Try again.") from exc
    return document if isinstance(document, dict) else {}


async def _read_whole(response: UpstreamResponse, account: Account) -> Image:
    """Read an answer in another order: more slowly, with the same result."""
    data = await response.buffer(MOST_BYTES)
    if data is None:
        raise UpstreamError("Cloudflare's answer is too large.")
    try:
        document = json_images.parse(data, json_images.Rules(json_images.BASE64))
    except ValueError as exc:
        raise UpstreamError("Cloudflare's answer is not valid JSON. Try again.") from exc
    answer: Mapping[str, Any] = document.value if isinstance(document.value, dict) else {}
    if answer.get("success") is not True:
        if data.size <= _MOST_REFUSAL:  # its text may look like base64, and is no image
            answer = _parse(data.read(0, _MOST_REFUSAL))
        raise failures.classify(response, answer, account)
    result = answer.get("result")
    encoded = result.get("image") if isinstance(result, dict) else None
    if isinstance(encoded, str):
        if (image := document.images.get(encoded)) is not None:
            return Image(image, _find_format(image.read(0, BASE64_SAMPLE)), account.name)
        if _BASE64.fullmatch(encoded):
            return Image(encoded, _find_format(encoded.encode()), account.name)
    raise UpstreamError("Cloudflare answered without an image. Try again.")


async def _read_refusal(response: UpstreamResponse, account: Account) -> CallFailed:
    """Read why Cloudflare made no image; the status says enough if there is no more than that."""
    try:
        answer = from_json(await response.head(_MOST_REFUSAL))
    except (ValueError, ConnectionError):
        answer = None
    return failures.classify(response, answer if isinstance(answer, dict) else {}, account)
