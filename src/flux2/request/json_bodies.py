"""A body that is JSON, its reference images as data URLs."""

from collections.abc import Mapping, Sequence
from typing import Any

from flux2 import json_images, json_text
from flux2.data_urls import DATA_URL
from flux2.errors import InvalidJson, InvalidValue, RequestTooLarge
from flux2.json_images import Rules
from flux2.ports import Buffer, DecodeDataUrl, Fields
from flux2.request.fields import UNSUPPORTED
from flux2.request.json_references import Images
from flux2.request.payload import Payload
from flux2.request.reference_fields import is_reference, put_in_order

RULES = Rules(DATA_URL)


def read(data: Buffer, decode: DecodeDataUrl) -> Payload:
    document = parse(data)
    return read_fields(get_fields(document), Images(document.images, decode))


def read_fields(fields: Fields, images: Images) -> Payload:
    """Take the reference images out of the fields."""
    found = {name: _to_list(fields.pop(name)) for name in list(fields) if is_reference(name)}
    order = put_in_order(name for name, values in found.items() for _ in values)
    sources = [(name, images.find(name, found[name][i])) for name, i in order]
    refuse_images(fields, images.by_marker)
    return Payload(fields, [(name, images.decode(name, source)) for name, source in sources])


def parse(data: Buffer, rules: Rules = RULES) -> json_images.Document:
    """Read a body that is JSON. Raises InvalidJson, or RequestTooLarge."""
    try:
        return json_images.parse(data, rules)
    except json_images.TooMuchText:
        kilobytes = rules.most_text // 1024
        raise RequestTooLarge(
            f"The JSON around the images may have at most {kilobytes} KB. Send each image as a "
            "data URL (data:image/png;base64,…), not as base64 alone."
        ) from None
    except ValueError as exc:
        raise _explain(exc) from None


def parse_whole(data: Buffer, default: bytes = b"") -> json_images.Document:
    """Read a small body with all that its strings say; an empty one as `default`. Raises as
    `parse`."""
    if data.size > json_images.MOST_TEXT:
        kilobytes = json_images.MOST_TEXT // 1024
        raise RequestTooLarge(f"The request's body may have at most {kilobytes} KB here.")
    try:
        return json_images.Document(json_text.parse(data.read(0, data.size) or default))
    except ValueError as exc:
        raise _explain(exc) from None


def _explain(exc: ValueError) -> InvalidJson:
    """Explain why JSON could not be read."""
    if isinstance(exc, json_text.TooMuch):
        return InvalidJson(f"The request's body {exc}.")
    return InvalidJson(f"The request's body is not valid JSON: {exc}.")


def get_fields(document: json_images.Document) -> Fields:
    """Get the fields of a body. Raises InvalidJson if it has none."""
    if not isinstance(document.value, dict):
        raise InvalidJson("The request's body must be a JSON object.")
    return document.value


def _to_list(value: Any) -> Sequence[Any]:
    if value is None:
        return ()
    return value if isinstance(value, list) else (value,)


def refuse_images(
    fields: Mapping[str, Any], images: Mapping[str, Buffer], *, but: str | None = None
) -> None:
    """Refuse an image in fields that take none, which all do `but` one. Raises InvalidValue."""
    for name, value in fields.items():
        if name not in (but, *UNSUPPORTED) and images and _mentions(value, images):
            raise InvalidValue(
                f"{name[:100]} takes no image; reference images belong into images.",
                param=name[:100],
            )


def _mentions(value: Any, images: Mapping[str, Buffer]) -> bool:
    if isinstance(value, dict):
        return any(key in images or _mentions(item, images) for key, item in value.items())
    if isinstance(value, list):
        return any(_mentions(item, images) for item in value)
    return isinstance(value, str) and value in images
