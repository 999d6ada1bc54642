"""`GET /v1/models` and `GET /v1/models/{id}`, in OpenAI's shape."""

import json
from typing import Any
from urllib.parse import unquote

from flux2 import catalog
from flux2.errors import ModelNotFound
from flux2.services import Services
from flux2.web import Request, Response

PATH = "/v1/models/"


async def index(request: Request, services: Services) -> Response:
    return _json({"object": "list", "data": [_shown(model) for model in catalog.MODELS]})


async def show(request: Request, services: Services) -> Response:
    """The id may hold `/`, percent-encoded (as OpenAI's clients send it) or not."""
    name = unquote(request.path.removeprefix(PATH))
    model = catalog.find(name)
    if model is None:
        raise ModelNotFound(f"The model {json.dumps(name[:100])} does not exist.", param="model")
    return _json(_shown(model) | {"id": name})


def _shown(model: catalog.Model) -> dict[str, Any]:
    return {
        "id": model.id,
        "object": "model",
        "created": model.created,
        "owned_by": "black-forest-labs",
    }


def _json(document: dict[str, Any]) -> Response:
    return Response(headers={"content-type": "application/json"}, body=[json.dumps(document)])
