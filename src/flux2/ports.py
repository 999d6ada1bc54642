"""What the edge gives us and takes back: requests, files, upstream answers, responses.

Nothing of the size of an image becomes a Python object: it stays behind one of these handles,
which `edge` implements with the web platform's own types.
"""

from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

Fields = dict[str, Any]
"""The named values of a request's body, before any rule has been applied."""


class Buffer(Protocol):
    """Bytes that live outside Python (a `Uint8Array`), but for a few."""

    size: int

    def read(self, start: int, stop: int) -> bytes:
        """Copy a small range into Python; a `stop` past the end is the end."""

    def write(self, start: int, data: bytes) -> None:
        """Write over what is there, which every view of it shows."""

    def find(self, byte: int, start: int) -> int:
        """Find the index of the first `byte` at or after `start`, or -1."""

    def slice(self, start: int, stop: int) -> "Buffer":
        """Make a view, not a copy."""

    def let_go(self) -> None:
        """Free the memory of all of it, now. No view of it may be used afterwards."""

    async def digest(self) -> bytes:
        """Compute the SHA-256 of all of it."""


@dataclass(frozen=True)
class TypedFile:
    """A file with the media type that its bytes have, whatever its sender called it."""

    file: Buffer
    media_type: str


MakeRoom = Callable[[int], Awaitable[None]]
"""Waits until so many bytes may be held."""


class Request(Protocol):
    method: str
    origin: str
    """Scheme, host and port that were asked: `https://images.example.com`. Cloudflare hands over
    hosts of the account only; elsewhere it is what the header `Host` says."""
    path: str
    """The path as on the wire: percent-encoded, without the query."""
    query: str
    """What stands behind the `?`, percent-encoded; empty if nothing does."""

    def header(self, name: str) -> str | None: ...

    async def body(self, limit: int, make_room: MakeRoom) -> Buffer | None:
        """Read the body, None once it is longer than `limit` bytes.

        Before more than a little of it is held, `make_room` is asked for all that it may take.
        Raises ClientLeft if the client has gone, ConnectionError if only its body breaks off.
        """


class TooLarge(Exception):
    """There is more of it than may be held."""


class ImageStream(ABC):
    """An image's base64 on its way from upstream; `edge` pours it into our answer.

    Not a protocol: to tell one of those from a string takes far longer.
    """

    size: int | None
    """Bytes that come at most, where they were announced."""

    @abstractmethod
    async def drain(self, limit: int, let_go: Callable[[int], None]) -> int:
        """Take all of it into the runtime's memory, to free the connection; tell its bytes.

        `let_go` hears later of each part of them that has been poured.

        Raises TooLarge if it has more than `limit` bytes, and as pouring would: ConnectionError or
        TimeoutError, or what `finish` raised.
        """

    @abstractmethod
    async def cancel(self) -> None: ...


class UpstreamResponse(Protocol):
    status: int

    def header(self, name: str) -> str | None: ...

    async def head(self, size: int) -> bytes:
        """Read the first `size` bytes (fewer only if there are no more) without consuming them."""

    async def buffer(self, limit: int) -> Buffer | None:
        """Read all of the answer; None if it is longer than `limit` bytes."""

    def image(self, start: int, finish: Callable[[bytes], None]) -> "Base64":
        """Make a handle on the JSON string whose content begins at byte `start`.

        `finish` gets what follows the content, from its closing quote to the end of the
        answer, and raises if that is not how a whole answer ends. It is asked at once, and the
        result is no stream, where all of the answer has come with its head.
        """

    async def cancel(self) -> None: ...


class ClientLeft(Exception):
    """Nobody waits for the answer any more."""


class LeftEarly(ClientLeft):
    """And nothing was sent, so nothing was paid."""


class NotConnected(ConnectionError):
    """A connection was never made: nothing was sent, so nothing was paid."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
        """Why, in a few words, such as `it refuses connections`."""


class Fetch(Protocol):
    """Posts a form; redirects are not followed. Raises NotConnected, or ConnectionError if there is
    no answer for another reason.

    TimeoutError follows once `timeout` seconds were spent on it, what reading the answer takes
    included, and ClientLeft as soon as our own client has gone.
    """

    def __call__(
        self,
        url: str,
        *,
        headers: Mapping[str, str],
        form: Sequence[tuple[str, str | TypedFile]],
        timeout: float,
    ) -> Awaitable[UpstreamResponse]: ...


class Post(Protocol):
    """Posts a text to where the owner wants it, and tells the status of the answer, of which
    nothing else is read; redirects are not followed, but are the answer.

    Raises NotConnected, ConnectionError or TimeoutError as `Fetch`.
    """

    def __call__(
        self, url: str, *, headers: Mapping[str, str], body: str, timeout: float
    ) -> Awaitable[int]: ...


DecodeDataUrl = Callable[[Buffer], Buffer]
"""Decodes a base64 data URL, as it stands in JSON or in a form, in its own place: what was a URL is
the image then. Raises ValueError if it is none."""


Base64 = ImageStream | Buffer | str
"""An image as base64, wherever it is."""


Part = str | Buffer | ImageStream
ResponseBody = Sequence[Part] | AsyncGenerator[Sequence[Part], None]
"""Parts in their order; or groups of them as they come, each of which leaves at once."""


@dataclass(frozen=True)
class Response:
    """What a client gets: text, and images that never enter Python."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: ResponseBody = ()
    reason: str = ""
    """What HTTP/1.1 says behind the status; some clients show nothing else of an error."""
