"""Images as a chat's answer: one document, or chunks of it as server-sent events."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from flux2 import json_text
from flux2.answers.caption import write_caption
from flux2.answers.chat_shapes import ChatBeginning, ChatGeneration, ChatUsage
from flux2.answers.events import BEAT, write_error
from flux2.answers.parts import compute_cost, describe_failures, write_url
from flux2.answers.shapes import FailedImage
from flux2.generation.result import Failure, Result
from flux2.plan import Plan
from flux2.ports import Part
from flux2.services import Services

DONE = "data: [DONE]\n\n"
NO_TOKENS: ChatUsage = {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}


def write(
    plan: Plan, made: Sequence[Result], failures: Sequence[Failure], services: Services
) -> Sequence[Part]:
    """Write all images that came as one message: several choices would be several answers."""
    errors = describe_failures(failures, services)
    caption = json_text.write(write_caption(plan, made, errors))
    return [
        _begin("chat.completion", plan.model.id, services),
        f',"choices":[{{"index":0,"message":{{"role":"assistant","content":{caption},"images":[',
        *_write_images(plan, made),
        ']},"logprobs":null,"finish_reason":"stop"}],',
        json_text.write(
            {"usage": NO_TOKENS, "generation": _describe_generation(plan, made, errors)}
        )[1:],
    ]


def write_nothing(model: str, services: Services) -> str:
    """Write an answer without a word."""
    message = {"role": "assistant", "content": ""}
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
    said = json_text.write({"choices": [choice], "usage": NO_TOKENS})
    return f"{_begin('chat.completion', model, services)},{said[1:]}"


def _begin(kind: str, model: str, services: Services) -> str:
    """Write the first members of an object."""
    beginning: ChatBeginning = {
        "id": f"chatcmpl-{services.new_id()}",
        "created": int(services.now()),
        "model": model,
    }
    return f'{{"object":"{kind}",{json_text.write(beginning)[1:-1]}'


def _write_images(plan: Plan, made: Sequence[Result], first: int = 0) -> Sequence[Part]:
    """Write items of a list. OpenAI's clients put the lists of a stream together by `index`."""
    parts: list[Part] = []
    for index, result in enumerate(made, first):
        parts += ["," * (index > first), f'{{"index":{index},"type":"image_url","image_url":{{']
        parts += [*write_url(plan, result), "}}"]
    return parts


def _describe_generation(
    plan: Plan, made: Sequence[Result], errors: Sequence[FailedImage]
) -> ChatGeneration:
    described: ChatGeneration = {
        "output_format": made[0].format,
        "size": plan.size,
        "steps": plan.steps,
        "seeds": [result.seed for result in made],
        "cost": compute_cost(plan, *made),
    }
    if errors:
        described["errors"] = [*errors]
    return described


@dataclass
class Chunks:
    """Writes the chunks of one answer."""

    model: str
    tells_usage: bool
    services: Services
    _beginning: str = field(default="", init=False)

    def write(self, delta: str, finish: str = "null", more: str = "") -> str:
        """Write one, of which `delta` is the JSON of what is new, and `more` its last members."""
        return self._write(
            f'[{{"index":0,"delta":{delta},"logprobs":null,"finish_reason":{finish}}}]', more
        )

    def begin(self) -> str:
        """Write who speaks, the first time; nothing later."""
        if self._beginning:
            return ""
        self._beginning = _begin("chat.completion.chunk", self.model, self.services)
        return self.write('{"role":"assistant","content":""}')

    def end(self, **more: Any) -> str:
        """Write that all was said."""
        text = self.write("{}", '"stop"', f",{json_text.write(more)[1:-1]}" if more else "")
        if self.tells_usage:
            text += self._write("[]", f',"usage":{json_text.write(NO_TOKENS)}')
        return text + DONE

    def _write(self, choices: str, more: str) -> str:
        return f'data: {self._beginning},"choices":{choices}{more}}}\n\n'


def stream_nothing(model: str, tells_usage: bool, services: Services) -> str:
    """Write an answer without a word, in chunks."""
    chunks = Chunks(model, tells_usage, services)
    return chunks.begin() + chunks.end()


@dataclass
class ChatEvents:
    """Those of one plan, as `style.Events`."""

    plan: Plan
    services: Services
    tells_usage: bool
    _told: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        self._chunks = Chunks(self.plan.model.id, self.tells_usage, self.services)

    def beat(self) -> Sequence[Part]:
        return [self._chunks.begin() or BEAT]

    def tell(self, result: Result) -> Sequence[Part]:
        begun = self._chunks.begin()
        images = _write_images(self.plan, [result], self._told)
        self._told += 1
        head, _, tail = self._chunks.write('{"images":[|]}').partition("|")
        return [begun + head, *images, tail]

    def end(self, made: Sequence[Result], errors: Sequence[FailedImage]) -> Sequence[Part]:
        """Write the caption, or, where there is nothing to put it under, the first error."""
        if not made:
            return [write_error(errors[0])]
        caption = json_text.write({"content": write_caption(self.plan, made, errors)})
        generation = _describe_generation(self.plan, made, errors)
        return [self._chunks.write(caption), self._chunks.end(generation=generation)]
