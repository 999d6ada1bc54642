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
_ANSWERS: Errors = [error for error in TOLD if error.is_answer]
EVERYWHERE: Errors = [errors.MethodNotAllowed, errors.InternalError]
WITH_KEY: Errors = [
    errors.InvalidApiKey,
    errors.RateLimitExceeded,
    errors.ConfigurationError,
    errors.StorageUnavailable,
]
OF_CHAT: Errors = [
    error for error in _ANSWERS if error not in (errors.NotFound, errors.BindingMissing)
]
OF_DATABASE: Errors = [errors.BindingMissing]
OF_IMAGES: Errors = [*OF_CHAT, *OF_DATABASE]
OF_LIST: Errors = [*OF_DATABASE, errors.InvalidValue, errors.UnsupportedParameter]
OF_ONE: Errors = [*OF_DATABASE, errors.NotFound]
OF_OWNER: Errors = [errors.PermissionDenied, *OF_DATABASE]
OF_QUERY: Errors = [*OF_OWNER, *OF_LIST]
OF_USAGE: Errors = [*OF_QUERY, errors.MissingParameter]
OF_FIELDS: Errors = [
    *OF_DATABASE,
    errors.InvalidRequest,
    errors.InvalidJson,
    errors.MissingParameter,
    errors.InvalidValue,
    errors.UnsupportedParameter,
    errors.RequestTooLarge,
    errors.UnsupportedMediaType,
]
OF_FORM: Errors = [
    *OF_DATABASE,
    errors.InvalidRequest,
    errors.InvalidForm,
    errors.MissingParameter,
    errors.InvalidValue,
    errors.RequestTooLarge,
    errors.UnsupportedMediaType,
]
OF_OWNERS_FIELDS: Errors = [*OF_OWNER, *OF_FIELDS]
OF_KEY_FIELDS: Errors = [*OF_OWNERS_FIELDS, errors.ModelNotFound]


_FEW = 4
_SORTS: Mapping[type[ApiError], str] = {
    errors.ContentPolicyViolation: "OfImages",
    errors.InvalidForm: "OfForm",
    errors.InvalidJson: "OfFields",
}
"""What tells of what many errors are; the first one counts."""


def list_responses(kinds: Collection[type[ApiError]]) -> Mapping[str, Errors]:
    """Status -> what an operation with these errors may answer with."""
    ordered = sorted((kind for kind in _ANSWERS if kind in kinds), key=lambda kind: kind.status)
    return {str(status): list(group) for status, group in groupby(ordered, lambda k: k.status)}


def refer_response(kinds: Errors) -> Json:
    return {"$ref": f"#/components/responses/{_name(kinds)}"}


def describe_responses(responses: Iterable[Errors]) -> Json:
    """Name -> response, of all that operations refer to."""
    known: dict[str, Errors] = {}
    for kinds in sorted(responses, key=lambda kinds: (kinds[0].status, TOLD.index(kinds[0]))):
        if known.setdefault(_name(kinds), kinds) != kinds:
            raise ValueError(f"two responses would be called {_name(kinds)}")
    return {name: _describe(kinds) for name, kinds in known.items()}


def _name(kinds: Errors) -> str:
    """Those of the errors if they are few, else HTTP's word for their status."""
    if len(kinds) <= _FEW:
        return "Or".join(kind.__name__ for kind in kinds)
    phrase = HTTPStatus(kinds[0].status).phrase.title().replace(" ", "")
    sort = next(name for kind, name in _SORTS.items() if kind in kinds)
    return f"{phrase}{sort}{'OrBindingMissing' * (errors.BindingMissing in kinds)}"


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
