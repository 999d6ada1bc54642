"""`POST /v1/chat/completions`: images for chat programs, as OpenAI's chat."""

from functools import partial

from flux2 import catalog
from flux2.access.auth import Caller
from flux2.answers import chat as answers
from flux2.answers.chat import ChatEvents
from flux2.answers.style import Style
from flux2.handlers import making
from flux2.handlers.making import Door
from flux2.links import CHAT_SECONDS
from flux2.ports import Request, Response
from flux2.request import fields
from flux2.request.bodies import Memory
from flux2.request.chat import body
from flux2.request.chat.body import Chat
from flux2.services import Services

PATH = "/v1/chat/completions"


async def complete(request: Request, caller: Caller, services: Services) -> Response:
    """Each image is kept for a while also where its answer carries it: most programs do not send it
    again, but only the link in its caption."""
    check_count = making.begin_count(caller, services)

    async def act(memory: Memory) -> Response:
        chat = await body.read(request, memory, services)
        await check_count()
        if chat.is_task:
            return _say_nothing(chat, services)
        events = partial(ChatEvents, tells_usage=chat.tells_usage)
        door = Door(Style(answers.write, events), link_seconds=CHAT_SECONDS)
        return await making.answer(chat.payload, request, caller, door, memory, services)

    return await making.with_memory(act, services)


def _say_nothing(chat: Chat, services: Services) -> Response:
    """Answer a task without a word, which costs nothing: Open WebUI then calls the chat by its
    first message, and shows neither tags nor questions."""
    services.log.add(images=0)
    wish = fields.read({name: chat.payload.fields.get(name) for name in ("model", "stream")})
    model = (wish.model or catalog.DEV.id)[:100]
    if wish.stream:
        headers = {"content-type": "text/event-stream", "cache-control": "no-cache"}
        text = answers.stream_nothing(model, chat.tells_usage, services)
    else:
        headers = {"content-type": "application/json"}
        text = answers.write_nothing(model, services)
    return Response(headers=headers, body=[text])
