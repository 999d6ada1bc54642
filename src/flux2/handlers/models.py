"""`GET /v1/models` and `GET /v1/models/{id}`, in OpenAI's shape."""

import json
from urllib.parse import unquote

from flux2 import catalog, json_text
from flux2.access.auth import Caller
from flux2.answers.shapes import Model, ModelList
from flux2.errors import ModelNotFound
from flux2.ports import Request, Response
from flux2.services import Services

PATH = "/v1/models/"


async def index(request: Request, caller: Caller, services: Services) -> Response:
    models = [_describe(model, model.id) for model in catalog.MODELS]
    return _respond({"object": "list", "data": models})


async def show(request: Request, caller: Caller, services: Services) -> Response:
    """The id may hold `/`, percent-encoded (as OpenAI's clients send it) or not."""
    name = unquote(request.path.removeprefix(PATH))
    model = catalog.find(name)
    if model is None:
        raise ModelNotFound(f"The model {json.dumps(name[:100])} does not exist.", param="model")
    return _respond(_describe(model, name))


def _describe(model: catalog.Model, name: str) -> Model:
    return {
        "id": name,
        "object": "model",
        "created": model.created,
        "owned_by": "black-forest-labs",
    }


def _respond(document: Model | ModelList) -> Response:
    return Response(headers={"content-type": "application/json"}, body=[json_text.write(document)])
