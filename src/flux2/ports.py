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
    """Bytes that live outside Python (a `Uint8Array`)."""

    size: int

    def read(self, start: int, stop: int) -> bytes:
        """Copy a small range into Python; a `stop` past the end is the end."""

    def find(self, byte: int, start: int) -> int:
        """Find the index of the first `byte` at or after `start`, or -1."""

    def slice(self, start: int, stop: int) -> "Buffer":
        """Make a view, not a copy."""


class UploadedFile(Protocol):
    """A file that somebody sent (a `Blob`); it goes upstream as it came."""

    size: int

    async def read(self, start: int, stop: int) -> bytes:
        """Copy a small range into Python; a `stop` past the end is the end."""

    async def digest(self) -> bytes:
        """Compute the SHA-256 of all of it."""


@dataclass(frozen=True)
class TypedFile:
    """A file with the media type that its bytes have, whatever its sender called it."""

    file: UploadedFile
    media_type: str


class Form(Protocol):
    """A parsed `multipart/form-data` or urlencoded body."""

    count: int
    """How many parts it has; cheap to know, while their names cost."""
    size: int
    """Bytes of all of it."""

    @property
    def names(self) -> Sequence[str]:
        """The names of the parts in their order, repeated as they were."""

    def text(self, name: str) -> str | None:
        """Get the value of the only part of that name; None if it is a file."""

    def has_file(self, name: str) -> bool:
        """Tell whether one of the parts of that name is a file."""

    def files(self, name: str) -> Sequence[UploadedFile]:
        """Get all parts of that name in their order; a text part counts as a file of its UTF-8."""


class Body(Protocol):
    """A request's body, complete."""

    @property
    def buffer(self) -> Buffer: ...

    async def form(self, content_type: str) -> Form:
        """Parse it as a form. Raises ValueError if it is none."""


class Request(Protocol):
    method: str
    origin: str
    """Scheme, host and port as the client sees them: `https://images.example.com`."""
    path: str
    """The path as on the wire: percent-encoded, without the query."""

    def header(self, name: str) -> str | None: ...

    async def form_data(self, limit: int) -> Form | None:
        """Read the body as a form, without a copy of it; None where `body` must be asked.

        That is so where no length of at most `limit` is announced, and where it begins with `{`.
        Raises ValueError if it is no form.
        """

    async def body(self, limit: int) -> Body | None:
        """Read the body, None once it is longer than `limit` bytes.

        Raises ConnectionError if the client breaks off.
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
    async def drain(self, limit: int) -> None:
        """Take all of it into the runtime's memory, to free the connection.

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


class DecodeDataUrl(Protocol):
    """Decodes a base64 data URL, as it stands in JSON. Raises ValueError if it is none."""

    def __call__(self, url: Buffer | UploadedFile) -> Awaitable[UploadedFile]: ...


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
