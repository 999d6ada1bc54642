"""The text of a message: pictures that stand in it, and what programs put beside it."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from flux2.json_images import MARKER
from flux2.links import FILES_PATH, IN_TEXT, read_link

_LINK = re.compile(
    r"(!?)\[[^\[\]]{0,500}\]"
    r"\(\s{0,9}<?([^\s()<>]{1,2000})>?(?:\s[^()]{0,500})?\)"
    rf"|({IN_TEXT}|{MARKER})"
)
"""A link in Markdown, an image in Markdown, or, also where the Markdown around is not understood, a
link of our own or a data URL."""
_ASIDES = (
    ("<attached_files>", "</attached_files>"),  # Open WebUI, before a text with images
    # LobeHub, behind a text with files
    ("<!-- SYSTEM CONTEXT (NOT PART OF USER QUERY) -->", "<!-- END SYSTEM CONTEXT -->"),
)
"""How that begins and ends which a program tells the model beside what somebody wrote."""


@dataclass(frozen=True)
class Found:
    """A picture in a text."""

    start: int
    stop: int
    url: str
    is_ours: bool
    """Whether it can be had: it is a data URL, or a link that this server gave."""


def find_pictures(text: str, markers: Collection[str]) -> Iterator[Found]:
    """Find images in Markdown, and links of our own; data URLs are `markers`."""
    if "](" not in text and FILES_PATH not in text:
        return
    for match in _LINK.finditer(text):
        url = match[2] or match[3]
        is_ours = url in markers or read_link(url) is not None
        if is_ours or match[1]:
            yield Found(*match.span(), url, is_ours)


def cut_asides(text: str) -> str:
    """Cut out what nobody wrote."""
    for begin, end in _ASIDES:
        text = "".join(_split(text, begin, end))
    return text


def _split(text: str, begin: str, end: str) -> Iterator[str]:
    """Split it at all that begins and ends so."""
    done = 0
    while (start := text.find(begin, done)) >= 0 and (stop := text.find(end, start)) >= 0:
        yield text[done:start]
        done = stop + len(end)
    yield text[done:]
