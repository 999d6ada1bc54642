"""The messages of a chat: the prompt, its pictures, and the picture that a follow-up is about."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from flux2.errors import InvalidRequest, InvalidValue, MissingParameter, UnsupportedParameter
from flux2.request.chat.texts import cut_asides, find_pictures
from flux2.request.json_references import Images
from flux2.request.payload import Reference
from flux2.request.reference_fields import put_in_order

_SPEAKERS = ("user", "assistant")
"""Whose pictures a follow-up may be about."""


@dataclass(frozen=True)
class Picture:
    """A reference image, before it is known whether it can be had."""

    place: str
    """Where it stands: `messages[2].content[1]`."""
    value: Any


@dataclass
class Message:
    """The last one of the user."""

    place: str
    texts: list[str] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "\n".join(self.texts).strip()


def find_last(messages: Sequence[Any]) -> int:
    """Find the last message of the user. Raises MissingParameter if there is none."""
    for index in reversed(range(len(messages))):
        if get_role(messages[index]) == "user":
            return index
    raise MissingParameter(
        "messages has no message of the user; the text of the last one is the prompt.",
        param="messages",
    )


def read_message(index: int, message: Any, images: Images) -> Message:
    """Read the message whose text is the prompt.

    Raises an InvalidRequest that names the part which is of no use here.
    """
    read = Message(f"messages[{index}]")
    for place, part in _list_parts(read.place, message):
        if isinstance(part, str):
            _read_text(read, place, part, images)
        elif _is_picture(part):
            read.pictures.append(Picture(place, part))
        else:
            kind = part.get("type") if isinstance(part, dict) else part
            raise UnsupportedParameter(
                f"{place} is neither text nor an image_url but "
                f"{json.dumps(kind, ensure_ascii=False)[:80]}, which is of no use for an image.",
                param=place,
            )
    read.pictures += _list_images(read.place, message)
    return read


def find_references(
    messages: Sequence[Any], index: int, message: Message, images: Images
) -> Sequence[tuple[str, Reference]]:
    """Find the pictures of a message, or, since a message without one is about what was there
    before, the last one of the chat; none if there was none."""
    pictures = message.pictures
    put_in_order(picture.place for picture in pictures)
    if pictures:
        found = [(each.place, images.find(each.place, each.value)) for each in pictures]
        return [(place, images.decode(place, reference)) for place, reference in found]
    for earlier in reversed(range(index)):
        if picture := _find_last_picture(f"messages[{earlier}]", messages[earlier], images):
            return [(picture.place, _take_earlier(picture, images))]
    return ()


def get_role(message: Any) -> Any:
    return message.get("role") if isinstance(message, dict) else None


def _list_parts(place: str, message: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """List its parts with their places; those that are text as strings."""
    content = message.get("content")
    if not isinstance(content, list):
        if content is not None:
            yield f"{place}.content", content
        return
    for index, part in enumerate(content):
        is_text = isinstance(part, dict) and isinstance(part.get("text"), str)
        if is_text:
            yield f"{place}.content[{index}]", part["text"]
        if not is_text or _is_picture(part):
            yield f"{place}.content[{index}]", part


def _is_picture(part: Any) -> bool:
    return isinstance(part, dict) and part.get("image_url") is not None


def _list_images(place: str, message: dict[str, Any]) -> Sequence[Picture]:
    """List those that stand beside the content, as in our answers."""
    images = message.get("images") or []
    if not isinstance(images, list):
        images = [images] if isinstance(images, str | dict) else []
    return [Picture(f"{place}.images[{index}]", image) for index, image in enumerate(images)]


def _read_text(read: Message, place: str, text: str, images: Images) -> None:
    """Move the pictures that can be had out of a text; what else stands there is the prompt's."""
    text = cut_asides(text)
    if text in images.by_marker:
        read.pictures.append(Picture(place, text))
        return
    rest, done = "", 0
    for found in find_pictures(text, images.by_marker):
        if found.is_ours:
            read.pictures.append(Picture(place, found.url))
            rest, done = rest + text[done : found.start], found.stop
    read.texts.append(rest + text[done:])


def _find_last_picture(place: str, message: Any, images: Images) -> Picture | None:
    """Find the last one of a message. One that was sent along counts before a link in the text,
    which may have ended since; but LobeHub sends links to its own storage along."""
    if get_role(message) not in _SPEAKERS:
        return None
    parts = list(_list_parts(place, message))
    sent = [Picture(*each) for each in parts if _is_picture(each[1])]
    sent += _list_images(place, message)
    if sent and images.can_find(sent[-1].value):
        return sent[-1]
    texts = [(name, part) for name, part in parts if isinstance(part, str)]
    written = [
        Picture(name, url) for name, text in texts for url in _list_urls(message, text, images)
    ]
    if sent and not (written and images.can_find(written[-1].value)):
        return sent[-1]
    return written[-1] if written else None


def _list_urls(message: dict[str, Any], text: str, images: Images) -> Iterator[str]:
    """List the pictures in a text. An assistant shows images of the web as well, which cannot be
    had, but may be what is meant; a user only writes about them."""
    if text in images.by_marker:
        yield text
    is_shown = get_role(message) == "assistant"
    for found in find_pictures(text, images.by_marker):
        if found.is_ours or is_shown:
            yield found.url


def _take_earlier(picture: Picture, images: Images) -> Reference:
    try:
        return images.decode(picture.place, images.find(picture.place, picture.value))
    except InvalidRequest:
        raise InvalidValue(
            f"{picture.place}, the last image of this chat, cannot be edited: it is neither a "
            "whole data URL nor a link that this server gave. Send the image with your message, "
            "or begin a new chat.",
            param=picture.place,
        ) from None
