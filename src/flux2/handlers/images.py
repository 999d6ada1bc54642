"""`POST /v1/images/generations` and `/v1/images/edits`: OpenAI's Images API."""

from flux2.access.auth import Caller
from flux2.answers import document
from flux2.answers.events import ImageEvents
from flux2.answers.style import Style
from flux2.handlers import jobs, making
from flux2.handlers.making import Door
from flux2.ports import Request, Response
from flux2.request import bodies, fields
from flux2.request.bodies import Memory
from flux2.request.payload import Payload
from flux2.services import Services


async def _read(request: Request, memory: Memory, services: Services) -> Payload:
    return await bodies.read(request, fields.NAMES, services.decode_data_url, memory)


_STYLE = Style(document.write, ImageEvents)
_GENERATIONS = Door(_STYLE, "image_generation")
_EDITS = Door(_STYLE, "image_edit")


async def generations(request: Request, caller: Caller, services: Services) -> Response:
    return await _respond(request, caller, _GENERATIONS, services)


async def edits(request: Request, caller: Caller, services: Services) -> Response:
    """Do as `generations`, which also takes reference images; here at least one is needed."""
    return await _respond(request, caller, _EDITS, services)


async def _respond(request: Request, caller: Caller, door: Door, services: Services) -> Response:
    if jobs.is_preferred(request) and door.source is not None:
        return await jobs.create(request, caller, _read, door.source, services)
    return await making.respond(request, caller, _read, door, services)
