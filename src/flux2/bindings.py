"""What the edge gives us of Cloudflare's: images that are worked on, storage, limits of the rate.

`edge` implements these with the bindings of wrangler.toml.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from flux2.image_formats import MadeFormat
from flux2.ports import Base64, Buffer, TypedFile


class Images(Protocol):
    """The binding `IMAGES`."""

    async def resize(self, image: TypedFile, *, side: int) -> TypedFile:
        """Shrink an image to fit a square of `side` pixels, with a photo's orientation applied.

        JPEG and WebP stay what they are, PNG and GIF become PNG. Raises ValueError if the image
        cannot be decoded, OSError if that is not why it failed.
        """

    async def convert(self, image: Base64, format: MadeFormat, quality: int | None) -> Buffer:
        """Turn an image that has been drained into png, jpeg or webp.

        The quality is 0 to 100, of which Cloudflare takes 0 for 1; None is Cloudflare's own.

        Raises ValueError if it cannot be done.
        """

    async def shrink(self, image: Base64, side: int) -> Buffer:
        """Make a JPEG of an image that has been drained, to fit a square of `side` pixels.

        Raises ValueError if it cannot be done.
        """


class Storage(Protocol):
    """The binding `RESULTS`: images that can be fetched for a while under a name."""

    async def put(self, name: str, image: Base64, seconds: int) -> None:
        """Keep an image that has been drained.

        Raises OSError if it cannot be kept, ValueError if its base64 is damaged.
        """

    async def put_text(self, name: str, image: Base64, seconds: int) -> None:
        """Do as `put`, but keep the base64 itself. Raises as `put`."""

    async def put_as_it_came(self, name: str, image: Base64, seconds: int) -> int:
        """Do as `put_text`, but without a look at the base64: that would take longer than all
        else. Tell its bytes. Raises OSError."""

    async def put_parts(self, name: str, parts: Sequence[str | Buffer], seconds: int) -> None:
        """Keep texts and bytes, one behind the other. Raises OSError."""

    async def delete(self, name: str) -> None:
        """Keep it no longer. Raises OSError."""

    async def get(self, name: str) -> Buffer | None:
        """Get its bytes, or its base64; None once its time is over. Raises OSError."""

    async def get_decoded(self, name: str) -> Buffer | None:
        """Get the bytes of what was kept as base64; None once its time is over, or if it is
        damaged. Raises OSError."""


Value = str | int | None
"""What SQLite keeps here."""
Statement = tuple[str, Sequence[Value]]
"""SQL, and what stands for `?1`, `?2`, … in it."""


class TooSlow(OSError):
    """The database has not answered in time; perhaps it does what it was asked for all the same."""

    def __init__(self, late: Awaitable[Any]) -> None:
        super().__init__("the database did not answer in time")
        self.late = late
        """What it answers in the end."""


class Database(Protocol):
    """The binding `DB`: SQLite at Cloudflare, with the tables of `migrations/`.

    All of it raises OSError if it cannot be asked, or TooSlow.
    """

    async def find(self, column: str, sql: str, *values: Value) -> str | None:
        """Run one statement, and get that text of the first row that it returns; None if it returns
        none. This is the cheapest."""

    async def query(self, sql: str, *values: Value) -> Sequence[Mapping[str, Any]]:
        """Run one statement, and get all rows that it returns."""

    async def execute(self, *statements: Statement) -> None:
        """Run all of them, or none."""

    async def transact(self, *statements: Statement) -> Sequence[Sequence[Mapping[str, Any]]]:
        """Run all of them, or none, and get the rows that each returns."""


Json = Mapping[str, Any]
"""An object of small values, as JSON has them."""


@dataclass(frozen=True)
class Repetition:
    """How often an engine repeats a step that has failed, besides the first time."""

    times: int
    pause: int
    """Seconds before the first one; twice as many before the next."""


class Steps(Protocol):
    """What the engine of Cloudflare's Workflows does for one instance.

    An instance may be ended anywhere, and begins anew then: steps that are over are not run again,
    but give what they gave; one that was not over is. So what has to be done once is looked up in
    the database. Names of steps are different from each other.
    """

    async def do(
        self, name: str, act: Callable[[], Awaitable[Json]], repetition: Repetition
    ) -> Json:
        """Run a step. Raises OSError if it has failed as often as it may."""

    async def wait(self, name: str, until: float) -> None:
        """Wait until that Unix time, or until somebody wakes the instance, which may have been
        before; then that is over at once."""


class Workflow(Protocol):
    """The binding `BATCHES`: instances of the class `BatchWorkflow` in `entry`.

    All of it raises OSError if the engine cannot be asked.
    """

    async def start(self, instance: str, params: Json) -> None:
        """Start an instance; one of that name that exists stays as it is."""

    async def wake(self, instance: str) -> None:
        """End the waiting of an instance; one that is over, or was never there, is no error."""

    async def is_over(self, instance: str) -> bool:
        """Tell whether it will do nothing any more: it has ended, or failed, or never was."""


Limiter = Callable[[str], Callable[[], Awaitable[bool]]]
"""Begins to count one more for a key; what is returned waits until it is known whether that is
still within the limit. Raises OSError."""


class Bindings(Protocol):
    """What the Worker is bound to; None where it is not. Each is looked for when it is asked for:
    most requests need none, and looking is not free."""

    @property
    def images(self) -> Images | None: ...

    @property
    def results(self) -> Storage | None: ...

    @property
    def database(self) -> Database | None: ...

    @property
    def batches(self) -> Workflow | None: ...

    @property
    def key_limiter(self) -> Limiter | None: ...

    @property
    def address_limiter(self) -> Limiter | None: ...
