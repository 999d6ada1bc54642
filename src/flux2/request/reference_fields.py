"""The names of reference images, in JSON and in forms: how many there are, and in which order."""

import re
from collections import Counter, deque
from collections.abc import Iterable, Sequence
from operator import itemgetter

from flux2.catalog import MOST_REFERENCES
from flux2.errors import InvalidValue
from flux2.links import Link, read_link

_NOT_FROM_THE_WEB = (
    "must be a file, a data URL or a link that this server gave: it fetches nothing from the web."
)

_NAME = re.compile(r"input_image_(\d{1,3})|images?(?:\[(\d{0,3})\])?(?:\[image_url\])?", re.ASCII)


def is_reference(name: str) -> bool:
    return _NAME.fullmatch(name) is not None


def require_link(name: str, url: str) -> Link:
    """Read a link as a reference image. Raises InvalidValue if it is none of this server's."""
    link = read_link(url)
    if link is None:
        raise InvalidValue(f"{name} {_NOT_FROM_THE_WEB}", param=name)
    return link


def put_in_order(names: Iterable[str]) -> Sequence[tuple[str, int]]:
    """Put reference images, as (name, which one of that name), into the model's order.

    `input_image_1` and `image[1]` say their place; the others take what is free, as they come.
    Raises InvalidValue if there are too many, or a number is missing or given twice.
    """
    order = _place(names)
    _check([name for name, _ in order])
    return order


def _place(names: Iterable[str]) -> Sequence[tuple[str, int]]:
    seen: Counter[str] = Counter()
    placed: list[tuple[int, tuple[str, int]]] = []
    others: deque[tuple[str, int]] = deque()
    for name in names:
        item = (name, seen[name])
        seen[name] += 1
        match = _NAME.fullmatch(name)
        number = match and (match[1] or match[2])
        if number:
            placed.append((int(number), item))
        else:
            others.append(item)
    order: list[tuple[str, int]] = []
    for place, item in sorted(placed, key=itemgetter(0)):
        while others and len(order) < place:
            order.append(others.popleft())
        order.append(item)
    return [*order, *others]


def _check(names: Sequence[str]) -> None:
    if len(names) > MOST_REFERENCES:
        raise InvalidValue(
            f"{len(names)} reference images were given; at most {MOST_REFERENCES} are possible.",
            param=names[MOST_REFERENCES],
        )
    numbered = [name for name in names if name.startswith("input_image_")]
    for place, name in enumerate(sorted(numbered)):
        if numbered.count(name) > 1:
            raise InvalidValue(f"{name} was given more than once.", param=name)
        if name != f"input_image_{place}":
            raise InvalidValue(
                f"input_image_{place} is missing: the prompt refers to reference images by number, "
                "so they are numbered from 0 without gaps.",
                param=f"input_image_{place}",
            )
