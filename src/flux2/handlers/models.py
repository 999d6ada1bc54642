"""`GET /v1/models` and `GET /v1/models/{id}`, in OpenAI's shape."""

from urllib.parse import unquote

from flux2 import catalog, json_text, paths
from flux2.access import budgets
from flux2.access.auth import Caller
from flux2.answers.shapes import Model, ModelList
from flux2.ports import Request, Response
from flux2.services import Services

PATH = "/v1/models/"


async def index(request: Request, caller: Caller, services: Services) -> Response:
    """List ours that the caller may use, then names of OpenAI's: some programs show nothing but
    those."""
    ours = [_describe(model, model.id) for model in catalog.find_usable(caller.models)]
    has_default = any(model["id"] == catalog.DEV.id for model in ours)
    aliases = [_describe(catalog.DEV, name) for name in catalog.ALIASES] if has_default else []
    return _respond({"object": "list", "data": [*ours, *aliases]})


async def show(request: Request, caller: Caller, services: Services) -> Response:
    """The id may hold `/`, percent-encoded (as OpenAI's clients send it) or not."""
    name = unquote(paths.normalize(request.path).removeprefix(PATH))
    model = catalog.find(name)
    budgets.check_model(caller.models, model)
    return _respond(_describe(model, name))


def _describe(model: catalog.Model, name: str) -> Model:
    described: Model = {
        "id": name,
        "object": "model",
        "created": model.created,
        "owned_by": "black-forest-labs",
    }
    if catalog.is_hard_coded(name):
        described["aliases"] = model.name
    return described


def _respond(document: Model | ModelList) -> Response:
    return Response(headers={"content-type": "application/json"}, body=[json_text.write(document)])
