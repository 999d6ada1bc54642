"""Small JSON documents, in and out: what is told belongs to whoever asked, and is kept nowhere."""

from collections.abc import Mapping

from flux2 import json_text
from flux2.ports import Fields, Request, Response
from flux2.request import bodies, json_bodies
from flux2.request.bodies import Memory
from flux2.services import Services


async def read_fields(
    request: Request, services: Services, *, may_be_empty: bool = False
) -> Fields:
    """Read the fields of a small body, which has none where it may be empty and is.

    Raises an InvalidRequest."""
    memory = Memory(services.bodies)
    default = b"{}" if may_be_empty else b""
    try:
        return json_bodies.get_fields(await bodies.read_whole_json(request, memory, default))
    finally:
        memory.let_go()


def respond(document: Mapping[str, object]) -> Response:
    return Response(
        headers={"content-type": "application/json", "cache-control": "no-store"},
        body=[json_text.write(document)],
    )
