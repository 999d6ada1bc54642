"""The arguments of the tools about batches: prompts, and what all of them have in common."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flux2.access.auth import Caller
from flux2.batches.checking import GENERATIONS
from flux2.errors import ApiError, InvalidValue, MissingParameter
from flux2.mcp import tools
from flux2.plan import Plan
from flux2.ports import Fields
from flux2.request import batch_fields, json_bodies, planning
from flux2.request.batch_fields import LONGEST_VALUE, BatchRequest
from flux2.request.json_references import Images
from flux2.request.payload import Payload
from flux2.services import Services

PROMPTS, WINDOW, TITLE, ID = "prompts", "completion_window", "title", "id"
PROMPT = tools.ARGUMENTS[0]
SHARED = tools.ARGUMENTS[1:]
"""Fields of an image that all of them may have in common."""
MOST_PROMPTS = 100
"""Each is checked before the agent has an answer; more of them are another batch."""
SOURCE = "mcp"
"""What `metadata` of such batches says."""


@dataclass(frozen=True)
class Wish:
    batch: BatchRequest
    plans: Sequence[Plan]
    """One for each prompt."""


def read_wish(
    arguments: Mapping[str, Any], images: Images, origin: str, caller: Caller, services: Services
) -> Wish:
    """Read what a batch is to be, and plan each of its lines. Raises an InvalidRequest that tells
    which of the prompts is wrong."""
    given = tools.drop_added(arguments)
    tools.refuse_unknown(tools.SUBMIT_BATCH, given, (PROMPTS, *SHARED, WINDOW, TITLE))
    json_bodies.refuse_images({TITLE: given.get(TITLE)}, images.by_marker)
    shared = {name: given[name] for name in SHARED if name in given}
    bodies = [
        _read_body(number, prompt, shared)
        for number, prompt in enumerate(_read_prompts(given.get(PROMPTS)))
    ]
    batch = batch_fields.read(
        {
            "endpoint": GENERATIONS,
            "completion_window": given.get(WINDOW),
            "metadata": {"source": SOURCE, **_read_title(given.get(TITLE))},
            "requests": [
                {"custom_id": str(number), "body": body} for number, body in enumerate(bodies, 1)
            ],
        }
    )
    plans = [
        _make_plan(number, body, images, origin, caller, services)
        for number, body in enumerate(bodies)
    ]
    return Wish(batch, plans)


def _read_prompts(given: Any) -> Sequence[Any]:
    if given is None:
        raise MissingParameter(f"{PROMPTS} is required: a list of what to draw.", param=PROMPTS)
    prompts = tools.read_list(given)
    if not isinstance(prompts, list) or not 0 < len(prompts) <= MOST_PROMPTS:
        raise InvalidValue(f"{PROMPTS} must be a list of 1 to {MOST_PROMPTS}.", param=PROMPTS)
    return prompts


def _read_body(number: int, prompt: Any, shared: Fields) -> Fields:
    """Read one of the prompts; what it says of its own wins over what is shared."""
    own = {PROMPT: prompt} if isinstance(prompt, str) else prompt
    if not isinstance(own, dict) or PROMPT not in own:
        raise InvalidValue(
            f"{PROMPTS}[{number}] must be a string, or an object with {PROMPT} and other "
            "arguments of generate_image.",
            param=PROMPTS,
        )
    tools.refuse_unknown(f"{PROMPTS}[{number}]", own, tools.ARGUMENTS)
    return {**shared, **own, "response_format": "url"}


def _read_title(title: Any) -> Mapping[str, str]:
    if title is None:
        return {}
    if not isinstance(title, str) or len(title) > LONGEST_VALUE:
        raise InvalidValue(
            f"{TITLE} must be a string of at most {LONGEST_VALUE} characters.", param=TITLE
        )
    return {"title": title}


def _make_plan(
    number: int, body: Fields, images: Images, origin: str, caller: Caller, services: Services
) -> Plan:
    try:
        payload: Payload = json_bodies.read_fields({**body}, images)
        return planning.make_plan(payload, origin, caller, "image_generation", services)
    except ApiError as error:
        raise type(error)(f"{PROMPTS}[{number}]: {error.message}", param=error.param) from None


def read_id(arguments: Mapping[str, Any]) -> str:
    """Read which batch is asked about."""
    given = tools.drop_added(arguments)
    tools.refuse_unknown(tools.GET_BATCH, given, (ID,))
    batch_id = given.get(ID)
    if not isinstance(batch_id, str):
        raise MissingParameter(f"{ID} is required: what submit_batch has told.", param=ID)
    return batch_id
