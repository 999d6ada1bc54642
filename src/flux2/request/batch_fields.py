"""The fields of a batch, with the rule of each."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from flux2.data_urls import DATA_URL
from flux2.days import DAY
from flux2.errors import ApiError, InvalidValue, MissingParameter, UnsupportedParameter
from flux2.json_images import Rules
from flux2.ports import Fields
from flux2.request.fields import describe_broken_rule
from flux2.request.queries import Query

Window = Literal["24h", "72h", "7d", "30d"]
INLINE = Rules(DATA_URL, most_text=2 * 1024 * 1024, most_values=40_000)
"""Of a body that carries its lines itself: it is read all at once."""
SECONDS: Mapping[Window, int] = {"24h": DAY, "72h": 3 * DAY, "7d": 7 * DAY, "30d": 30 * DAY}
OUTPUT_KEPT_FOR = 7 * DAY
SHORTEST_KEPT, LONGEST_KEPT = 3600, 30 * DAY
"""Seconds (OpenAI's reference, `expires_after`)."""
MOST_LISTED = 100
MOST_PAIRS, LONGEST_NAME, LONGEST_VALUE = 16, 64, 512
"""Of `metadata` (OpenAI's reference)."""
Endpoint = Literal["/v1/images/generations", "/v1/images/edits"]

_RULES: Mapping[str, str] = {
    "endpoint": f"one of {', '.join(get_args(Endpoint))}",
    "input_file_id": "the id of a file",
    "requests": "a list of at least one line, each a JSON object",
    "completion_window": f"one of {', '.join(SECONDS)}",
    "metadata": f"an object of at most {MOST_PAIRS} strings of up to {LONGEST_VALUE} characters, "
    f"whose names have up to {LONGEST_NAME}",
    "output_expires_after": 'an object with the anchor "created_at" and seconds from '
    f"{SHORTEST_KEPT:,} to {LONGEST_KEPT:,}",
    "retry_interrupted": "true or false",
}


class ExpiresAfter(BaseModel):
    """When a file is to go."""

    model_config = ConfigDict(extra="forbid", strict=True)

    anchor: Literal["created_at"] = Field(description="The only one.")
    seconds: int = Field(ge=SHORTEST_KEPT, le=LONGEST_KEPT, description="After that.")


class BatchRequest(BaseModel):
    """What a batch is made of."""

    model_config = ConfigDict(extra="forbid", strict=True)

    endpoint: Endpoint = Field(description="What all of its lines ask.")
    input_file_id: str | None = Field(
        None, description="A file of lines that was uploaded with the purpose `batch`."
    )
    requests: list[dict[str, Any]] | None = Field(
        None, min_length=1, description="The lines themselves, instead of a file."
    )
    completion_window: Window = Field(
        "24h", description="How long it may take; what is not begun then is not done."
    )
    metadata: dict[str, str] | None = Field(None, description="Whatever you want to keep with it.")
    output_expires_after: ExpiresAfter | None = Field(
        None, description="How long the results are kept after its end; 7 days by default."
    )
    retry_interrupted: bool = Field(
        False,
        description="Ask again for images that were begun when the server was interrupted, though "
        "they may have been paid for.",
    )

    @property
    def output_seconds(self) -> int:
        after = self.output_expires_after
        return OUTPUT_KEPT_FOR if after is None else after.seconds


class BatchesQuery(Query):
    """Which of the batches to list."""

    limit: int = Field(20, ge=1, le=MOST_LISTED, description="How many at most.")
    after: str | None = Field(None, description="The last id of the page before.")


class ResultsQuery(Query):
    """Which of the lines that are over to list."""

    limit: int = Field(50, ge=1, le=MOST_LISTED, description="How many at most.")
    after: str | None = Field(None, description="The `next` of the page before.")


def read(fields: Fields) -> BatchRequest:
    """Read them. Raises an InvalidRequest that names the field and the rule."""
    given = {name: value for name, value in fields.items() if value is not None}
    try:
        wish = BatchRequest.model_validate(given)
    except ValidationError as exc:
        raise _explain(exc, given) from None
    _check_metadata(wish.metadata)
    if (wish.input_file_id is None) == (wish.requests is None):
        raise MissingParameter(
            "input_file_id is required, or requests in its place; give one of them.",
            param="input_file_id",
        )
    return wish


def _explain(exc: ValidationError, given: Mapping[str, Any]) -> ApiError:
    first = exc.errors(include_url=False, include_context=False)[0]
    name = str(first["loc"][0])[:100]
    if first["type"] == "extra_forbidden" and len(first["loc"]) == 1:
        shown = json.dumps(name, ensure_ascii=False)
        return UnsupportedParameter(
            f"A batch has no field {shown}; it has {', '.join(_RULES)}.", param=name
        )
    if name not in given:
        return MissingParameter(f"{name} is required: {_RULES[name]}.", param=name)
    if name == "requests":
        return InvalidValue(f"requests must be {_RULES[name]}.", param=name)
    return describe_broken_rule(name, _RULES[name], given[name])


def _check_metadata(metadata: Mapping[str, str] | None) -> None:
    pairs: Sequence[tuple[str, str]] = [*(metadata or {}).items()]
    longest_name = max((len(name) for name, _ in pairs), default=0)
    longest_value = max((len(value) for _, value in pairs), default=0)
    if len(pairs) > MOST_PAIRS or longest_name > LONGEST_NAME or longest_value > LONGEST_VALUE:
        raise InvalidValue(f"metadata must be {_RULES['metadata']}.", param="metadata")
