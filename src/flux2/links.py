"""Links to images that this server keeps for a while: how they look, and for how long they live."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from flux2.image_formats import MadeFormat

FILES_PATH = "/v1/images/files/"
LINK_SECONDS = 3600
CHAT_SECONDS = 24 * 3600
"""A chat goes on after lunch, and its next message may want to change the last image."""
EXTENSIONS: Mapping[MadeFormat, str] = {"jpeg": "jpg", "png": "png", "webp": "webp"}
KEPT_TEXT = "text/"
"""What the names of images begin with that are kept as base64, and have no extension."""
NAME = re.compile(r"[0-9a-f]{32}\.(?:png|jpg|webp)")

IN_TEXT = rf"https?://(?:[^\s?#()<>\":]|:(?!//)){{1,300}}{FILES_PATH}{NAME.pattern}"
"""How a link looks in the middle of a text; no other one begins inside it, or a long row of
beginnings would be gone over again and again."""
_LINK = re.compile(rf"https?://[^\s?#,]+{FILES_PATH}({NAME.pattern})", re.IGNORECASE)
"""One link alone; of several with commas between them all but the last would be lost."""


@dataclass(frozen=True)
class Link:
    """An image that this server may still have."""

    name: str


def read_link(url: str) -> Link | None:
    """Read the link of an image of ours; None if it leads to anywhere else.

    Its host may be any: a deployment has several, and nobody can guess the name.
    """
    match = _LINK.fullmatch(url.strip())
    return Link(match[1]) if match else None
