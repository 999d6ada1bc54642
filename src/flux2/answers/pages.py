"""A page of a list, in OpenAI's shape."""

from collections.abc import Sequence
from typing import Generic, Literal, TypeVar

from typing_extensions import TypedDict  # one that is generic, too


class Item(TypedDict):
    """What stands in a list, as far as the list needs it."""

    id: str


AnyItem = TypeVar("AnyItem", bound=Item)


class Page(TypedDict, Generic[AnyItem]):
    object: Literal["list"]
    data: list[AnyItem]
    first_id: str | None
    last_id: str | None
    has_more: bool


def describe_page(items: Sequence[AnyItem], has_more: bool) -> Page[AnyItem]:
    return {
        "object": "list",
        "data": [*items],
        "first_id": items[0]["id"] if items else None,
        "last_id": items[-1]["id"] if items else None,
        "has_more": has_more,
    }
