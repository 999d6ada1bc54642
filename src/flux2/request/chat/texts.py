"""The text of a message: pictures that stand in it, and what programs put in front of it."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from flux2.links import IN_TEXT, read_link

_LINK = re.compile(
    r"(!?)\[[^\[\]]{0,500}\]"
    r"\(\s{0,9}<?([^\s()<>]{1,2000})>?(?:\s[^()]{0,500})?\)"
    rf"|({IN_TEXT})"
)
"""A link in Markdown, an image in Markdown, or a bare link of our own."""
_ATTACHED = re.compile(r"\s*<attached_files>.*?</attached_files>\s*", re.DOTALL)


@dataclass(frozen=True)
class Found:
    """A picture in a text."""

    start: int
    stop: int
    url: str
    is_ours: bool
    """Whether it can be had: it is a data URL, or a link that this server gave."""


def find_pictures(text: str, markers: Collection[str]) -> Iterator[Found]:
    """Find images in Markdown, and links of our own; data URLs are markers."""
    for match in _LINK.finditer(text):
        url = match[2] or match[3]
        is_ours = url in markers or read_link(url) is not None
        if is_ours or match[1]:
            yield Found(*match.span(), url, is_ours)


def cut_attached(text: str) -> str:
    """Cut off the list of files that Open WebUI writes in front of a message with images."""
    return _ATTACHED.sub("", text, count=1) if _ATTACHED.match(text) else text
