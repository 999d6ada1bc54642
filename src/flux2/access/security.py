"""Headers of every answer that keep a browser from taking it for more than it is.

`assets/_headers` has those of the pages.
"""

from collections.abc import Mapping
from types import MappingProxyType

EVERY_ANSWER: Mapping[str, str] = MappingProxyType(
    {
        "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
        "cross-origin-resource-policy": "cross-origin",  # any page may show an image by its link
        "referrer-policy": "no-referrer",
        "strict-transport-security": "max-age=31536000",
        "x-content-type-options": "nosniff",
    }
)
