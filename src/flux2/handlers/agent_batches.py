"""The tools `submit_batch` and `get_batch`: images that an agent does not have to wait for."""

from collections.abc import Mapping
from typing import Any

from flux2.access import budgets, keys
from flux2.access.auth import Caller
from flux2.batches import lookup, output, reviving
from flux2.handlers import batches, making
from flux2.json_images import Document
from flux2.mcp import batch_tools
from flux2.mcp.batch_results import MOST_IMAGES, write_progress, write_submitted
from flux2.mcp.messages import Call
from flux2.ports import Request
from flux2.request.json_references import Images
from flux2.services import Services


async def submit(
    call: Call,
    arguments: Mapping[str, Any],
    images: Images,
    request: Request,
    caller: Caller,
    services: Services,
) -> str:
    """Make a batch of prompts, and write the result of the call."""
    lookup.require_all(services)
    check_count = making.begin_count(caller, services)
    may_use = await keys.look_again(caller, services)
    wish = batch_tools.read_wish(arguments, images, request.origin, caller, services)
    for plan in wish.plans:
        budgets.check_model(may_use, plan.model)
    await check_count()
    batch = await batches.submit(wish.batch, Document(None), None, request, caller, services)
    services.log.add(batch_id=batch.id, n=len(wish.plans))
    return write_submitted(call, batch, wish.plans)


async def show(call: Call, arguments: Mapping[str, Any], caller: Caller, services: Services) -> str:
    """Look at a batch, and write the result of the call."""
    lookup.require_all(services)
    await keys.look_again(caller, services)
    batch = await lookup.find_batch(batch_tools.read_id(arguments), caller, services)
    await reviving.revive(batch, services)
    newest = await output.list_newest(batch, MOST_IMAGES, services)
    return write_progress(call, batch, newest, services.now())
