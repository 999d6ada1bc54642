"""A reference image in JSON: a data URL, which stays outside Python, or a link of our own."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flux2.errors import InvalidRequest, InvalidValue, UnsupportedParameter
from flux2.links import Link
from flux2.ports import Buffer, DecodeDataUrl
from flux2.request.payload import Reference, decode_reference
from flux2.request.reference_fields import require_link


@dataclass(frozen=True)
class Images:
    """The data URLs of a document, by the markers that stand in their places."""

    by_marker: Mapping[str, Buffer]
    decode_data_url: DecodeDataUrl

    def can_find(self, value: Any) -> bool:
        """Whether `find` would."""
        try:
            self.find("", value)
        except InvalidRequest:
            return False
        return True

    def find(self, name: str, value: Any) -> Reference:
        """Find what `value` stands for: a URL, or an object with one as `image_url`, as OpenAI has
        it on its Images API and in chat. What is found is not decoded yet.

        Raises an InvalidRequest that calls it `name`.
        """
        if isinstance(value, dict) and value.get("file_id") is not None:
            raise UnsupportedParameter(
                f"{name}: file_id is not supported; send a data URL.", param=f"{name}.file_id"
            )
        url = value.get("image_url") if isinstance(value, dict) else value
        if isinstance(url, dict):
            url = url.get("url")
        if isinstance(url, str) and url in self.by_marker:
            return self.by_marker[url]
        if isinstance(url, str) and url.strip().lower().startswith(("http:", "https:")):
            return require_link(name, url)
        raise InvalidValue(
            f"{name} must be a base64 data URL (data:image/png;base64,…) or a link that this "
            "server gave; a file's path, or base64 alone, cannot be read.",
            param=name,
        )

    def decode(self, name: str, found: Reference) -> Reference:
        """Decode what `find` has found."""
        if isinstance(found, Link):
            return found
        return decode_reference(name, found, self.decode_data_url)
