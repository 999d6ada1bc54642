"""A line of a batch: what it asks for, kept in such a way that it can be asked for days later."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flux2 import json_text
from flux2.errors import UpstreamError
from flux2.links import Link
from flux2.ports import Buffer, DecodeDataUrl, Fields
from flux2.request.payload import Payload, Reference, decode_reference

INPUT = "input/"
"""What the names of inputs begin with in the namespace of results."""


@dataclass(frozen=True)
class Place:
    """Where in the input a reference image is."""

    start: int
    stop: int
    is_url: bool
    """Whether it is a data URL there, as it stands in JSON, or the bytes of the image."""


def write_body(fields: Fields, references: Sequence[tuple[str, Link | Place]], seed: int) -> str:
    """Write what the column `body` keeps; `seed` is what was drawn if none was given, so that a
    later run makes the same image."""
    kept = [[name, *_write_reference(each)] for name, each in references]
    return json_text.write({"fields": fields, "references": kept, "seed": seed})


def _write_reference(reference: Link | Place) -> Sequence[Any]:
    if isinstance(reference, Link):
        return [reference.name]
    return [reference.start, reference.stop, reference.is_url]


def read_fields(body: str) -> Fields:
    """Read those that were given."""
    fields: Fields = json.loads(body)["fields"]
    return fields


def imagine(body: str) -> Payload:
    """Make what was asked for again, but for the reference images: only their number matters."""
    document = json.loads(body)
    return Payload(_complete(document), [(name, Link("")) for name, *_ in document["references"]])


def _complete(document: Mapping[str, Any]) -> Fields:
    return {**document["fields"], "seed": document["seed"]}


def needs_input(body: str) -> bool:
    return any(len(each) > 2 for each in json.loads(body)["references"])


def restore(body: str, input: Buffer | None, decode: DecodeDataUrl) -> Payload:
    """Make what was asked for again. Raises InvalidValue for a damaged reference image, or
    UpstreamError if the input is needed and not there."""
    document: Mapping[str, Any] = json.loads(body)
    references = [
        (name, _read_reference(name, kept, input, decode)) for name, *kept in document["references"]
    ]
    return Payload(_complete(document), references)


def _read_reference(
    name: str, kept: Sequence[Any], input: Buffer | None, decode: DecodeDataUrl
) -> Reference:
    if len(kept) == 1:
        return Link(kept[0])
    if input is None:
        raise UpstreamError(f"{name} cannot be read any more.", param=name, retryable=False)
    start, stop, is_url = kept
    content = input.slice(start, stop)
    return decode_reference(name, content, decode) if is_url else content
