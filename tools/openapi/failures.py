"""What goes wrong: the errors of each operation, put together by their status."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from http import HTTPStatus
from inspect import getdoc
from itertools import groupby

from flux2 import errors
from flux2.answers.errors import describe
from flux2.errors import ApiError, list_errors
from tools.openapi.headers import describe_headers
from tools.openapi.schemas import Json, refer

Errors = Sequence[type[ApiError]]

TOLD: Errors = [error for error in list_errors() if error.is_told]
EVERYWHERE: Errors = [errors.MethodNotAllowed, errors.InternalError]
WITH_KEY: Errors = [errors.InvalidApiKey, errors.RateLimitExceeded, errors.ConfigurationError]
OF_IMAGES: Errors = [error for error in TOLD if error is not errors.NotFound]
OF_USAGE: Errors = [
    errors.MissingParameter,
    errors.InvalidValue,
    errors.UnsupportedParameter,
    errors.PermissionDenied,
    errors.BindingMissing,
    errors.StorageUnavailable,
]


def list_responses(kinds: Collection[type[ApiError]]) -> Mapping[str, Errors]:
    """Status -> what an operation with these errors may answer with."""
    ordered = sorted((kind for kind in TOLD if kind in kinds), key=lambda kind: kind.status)
    return {str(status): list(group) for status, group in groupby(ordered, lambda k: k.status)}


_MAKING_IMAGES = list_responses([*OF_IMAGES, *EVERYWHERE, *WITH_KEY])


def refer_response(kinds: Errors, tag: str) -> Json:
    return {"$ref": f"#/components/responses/{_name(kinds, tag)}"}


def describe_responses(responses: Iterable[tuple[Errors, str]]) -> Json:
    """Name -> response, of all that operations refer to; each comes with its operation's tag."""
    known: dict[str, Errors] = {}
    for kinds, tag in sorted(responses, key=lambda each: _find_place(each[0])):
        name = _name(kinds, tag)
        if known.setdefault(name, kinds) != kinds:
            raise ValueError(f"two responses would be called {name}")
    return {name: _describe(kinds) for name, kinds in known.items()}


def _find_place(kinds: Errors) -> tuple[int, int]:
    return kinds[0].status, TOLD.index(kinds[0])


def _name(kinds: Errors, tag: str) -> str:
    """That of the only error. Where there are several, HTTP's word for their status, after the tag
    if making images has others."""
    if len(kinds) == 1:
        return kinds[0].__name__
    status = HTTPStatus(kinds[0].status)
    phrase = status.phrase.title().replace(" ", "")
    return phrase if _MAKING_IMAGES[str(status.value)] == kinds else f"{tag}{phrase}"


def _describe(kinds: Errors) -> Json:
    examples = [kind.make_example() for kind in kinds]
    sent = [set(example.headers()) for example in examples]
    always, sometimes = set.intersection(*sent), set.union(*sent)
    only = {"properties": {"error": {"properties": list_kinds(kinds)}}}
    return {
        "description": _explain(kinds),
        "headers": describe_headers(sorted(always), sorted(sometimes - always)),
        "content": {
            "application/json": {
                "schema": {"allOf": [refer("Error"), only]},
                "examples": {e.code: {"value": {"error": describe(e)}} for e in examples},
            }
        },
    }


def list_kinds(kinds: Errors) -> Json:
    """OpenAI's `type` and the `code` of these."""
    return {
        "type": {"enum": list(dict.fromkeys(kind.type for kind in kinds))},
        "code": {"enum": [kind.code for kind in kinds]},
    }


def _explain(kinds: Errors) -> str:
    sentences = {kind.code: " ".join((getdoc(kind) or "").split()) for kind in kinds}
    if len(sentences) == 1:
        return sentences[kinds[0].code]
    return "\n".join(f"- `{code}`: {sentence}" for code, sentence in sentences.items())
