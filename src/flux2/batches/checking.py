"""The input of a batch, read line by line: each is checked before the first one is paid for."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flux2 import json_text, paths
from flux2.access.auth import Caller
from flux2.answers.errors import explain
from flux2.batches.input_lines import find_line
from flux2.batches.lines import Place, write_body
from flux2.batches.output_lines import write_failed
from flux2.batches.rows import Batch
from flux2.errors import ApiError, InvalidValue, MissingParameter
from flux2.links import Link
from flux2.plan import Source
from flux2.ports import Buffer, Fields
from flux2.request import json_bodies, planning
from flux2.request.fields import NAMES
from flux2.request.json_references import Images
from flux2.services import Services

MOST_AT_ONCE = 40
"""Lines of a step, which has 10 ms of CPU on the Free plan."""
MOST_TEXT = 256 * 1024
"""Characters of the lines of a step, behind which no further one is looked at: D1 takes 2 MB at
once (Cloudflare's reference, "D1, Limits"), and a character may be four bytes."""
MOST_LINES = 10_000
LONGEST_ID = 512
"""Characters of a `custom_id`."""
GENERATIONS, EDITS = "/v1/images/generations", "/v1/images/edits"
SOURCES: Mapping[str, Source] = {GENERATIONS: "image_generation", EDITS: "image_edit"}
"""The endpoints that a batch may be for."""


@dataclass(frozen=True)
class Checked:
    """A line as it goes into the database."""

    number: int
    custom_id: str | None
    body: str | None
    response: str | None
    error: ApiError | None
    images: int

    def to_row(self) -> Mapping[str, Any]:
        return {
            "number": self.number,
            "custom_id": self.custom_id,
            "body": self.body,
            "response": self.response,
        }


def check(batch: Batch, input: Buffer, services: Services) -> tuple[Sequence[Checked], int]:
    """Check the next lines; tell where those behind them begin."""
    checked: list[Checked] = []
    seen: set[str] = set()
    position, text = batch.position, 0
    while len(checked) < MOST_AT_ONCE and text < MOST_TEXT:
        position, stop = find_line(input, position)
        if stop is None:
            break
        line = input.slice(position, stop)
        checked.append(_check(batch.total + len(checked), line, position, batch, seen, services))
        text += len(checked[-1].body or checked[-1].response or "")
        position = min(stop + 1, input.size)
    return checked, position


def _check(
    number: int, text: Buffer, start: int, batch: Batch, seen: set[str], services: Services
) -> Checked:
    """Check one, which begins at `start` of the input."""
    custom_id, body, response, images = None, None, None, 0
    failure: ApiError | None = None
    try:
        document = json_bodies.parse(text)
        request = json_bodies.get_fields(document)
        json_bodies.refuse_images(request, document.images, but="body")
        custom_id = _read_id(request, seen)
        _check_target(request, batch)
        fields = _read_fields(request)
        payload = json_bodies.read_fields(fields, Images(document.images, lambda url: url))
        source, caller = SOURCES[batch.endpoint], Caller(batch.key_id)
        plan = planning.make_plan(payload, batch.origin, caller, source, services)
        if plan.stream:
            raise InvalidValue("stream must be false in a batch.", param="stream")
        images = plan.n
        places = {id(document.images[name]): place for name, place in document.places.items()}
        body = write_body(
            {name: value for name, value in payload.fields.items() if name in NAMES},
            [(name, _find_place(each, places, start)) for name, each in payload.references],
            plan.seed,
        )
    except Exception as error:
        failure = explain(error, services.log)
        if custom_id is None:
            said = failure.message.replace("The request's body", "it")
            failure.message = f"Line {number + 1}: {said}"
        response = write_failed(services.new_id()[:24], custom_id, None, failure)
    return Checked(number, custom_id, body, response, failure, images)


def _find_place(reference: Any, places: Mapping[int, tuple[int, int]], start: int) -> Link | Place:
    if isinstance(reference, Link):
        return reference
    begin, end = places[id(reference)]
    return Place(start + begin, start + end, is_url=True)


def _read_id(request: Fields, seen: set[str]) -> str:
    custom_id = request.get("custom_id")
    if custom_id is None:
        raise MissingParameter("custom_id is required: a name for the line.", param="custom_id")
    if not isinstance(custom_id, str) or not 0 < len(custom_id) <= LONGEST_ID:
        raise InvalidValue(
            f"custom_id must be a string of 1 to {LONGEST_ID} characters.", param="custom_id"
        )
    if custom_id in seen:
        raise _explain_known(custom_id)
    seen.add(custom_id)
    return custom_id


def _check_target(request: Fields, batch: Batch) -> None:
    if request.get("method") not in (None, "POST"):
        raise InvalidValue("method must be POST.", param="method")
    url = batch.endpoint if request.get("url") is None else request["url"]
    if not isinstance(url, str) or paths.normalize(url) != batch.endpoint:
        raise InvalidValue(f"url must be {batch.endpoint}, the endpoint of the batch.", param="url")


def _read_fields(request: Fields) -> Fields:
    body = request.get("body")
    if not isinstance(body, dict):
        raise InvalidValue("body must be a JSON object: the request for images.", param="body")
    return body


def refuse_known(
    checked: Sequence[Checked], known: Collection[str], services: Services
) -> Sequence[Checked]:
    """Refuse the lines that are called as one of an earlier step is."""
    return [
        _refuse(line, _explain_known(line.custom_id), services)
        if line.custom_id is not None and line.custom_id in known
        else line
        for line in checked
    ]


def _refuse(line: Checked, error: ApiError, services: Services) -> Checked:
    response = write_failed(services.new_id()[:24], line.custom_id, None, error)
    return replace(line, body=None, response=response, error=error, images=0)


def _explain_known(custom_id: str) -> InvalidValue:
    shown = json.dumps(custom_id[:80], ensure_ascii=False)
    return InvalidValue(
        f"custom_id {shown} is that of a line before; each line needs its own.", param="custom_id"
    )


def describe_errors(checked: Sequence[Checked]) -> str:
    """Write what `errors` of a batch says of these lines."""
    return json_text.write(
        [
            {
                "code": line.error.code,
                "line": line.number + 1,
                "message": line.error.message,
                "param": line.error.param,
            }
            for line in checked
            if line.error is not None
        ]
    )
