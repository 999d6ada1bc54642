"""Memory that all requests of an isolate share: whoever finds too little waits for its turn."""

from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

LONGEST = 900
"""Seconds. What was taken longer ago counts as given back: a runtime may end a request without a
word to its Python. No request that still runs takes that long."""

Gate = tuple[Awaitable[object], Callable[[], object]]
"""What is awaited, and what ends the waiting."""


@dataclass(eq=False)
class Lease:
    """Bytes that were taken from a room."""

    size: int
    _room: "Room"
    _since: float = 0.0

    def shrink(self, by: int) -> None:
        """Let others have a part of them."""
        self.size = max(0, self.size - by)
        self._room.admit()

    def give_back(self) -> None:
        """Let others have them; a second time does nothing."""
        self._room.take_back(self)

    def is_over(self, now: float) -> bool:
        return now - self._since > LONGEST

    def begin(self, now: float) -> None:
        self._since = now


@dataclass(frozen=True)
class Rooms:
    """Two of them, so that nobody who needs little waits for one who needs much, and is slow."""

    large: "Room"
    small: "Room"

    async def take(self, size: int) -> Lease:
        """Take from the small one what is at most an eighth of it, else from the large one."""
        return await (self.small if size <= self.small.size // 8 else self.large).take(size)


@dataclass
class Room:
    """So many bytes; those who wait are served in the order in which they came."""

    size: int
    make_gate: Callable[[], Gate]
    now: Callable[[], float]
    _leases: set[Lease] = field(default_factory=set)
    _waiting: deque[tuple[Lease, Callable[[], object]]] = field(default_factory=deque)

    async def take(self, size: int) -> Lease:
        """Take so many bytes. What is larger than all of the room is given where nobody else has
        anything. Whoever takes twice without giving back may wait for itself."""
        lease = Lease(size, self)
        if not self._waiting and self._fits(lease):
            self._give(lease)
            return lease
        opened, open_gate = self.make_gate()
        self._waiting.append((lease, open_gate))
        self.admit()
        try:
            await opened
        except BaseException:
            lease.give_back()
            raise
        return lease

    def join(self) -> Lease:
        """Count as one of those who share the room, however little there is; see `share`."""
        lease = Lease(0, self)
        self._give(lease)
        return lease

    @property
    def share(self) -> int:
        """The bytes for each of them."""
        self._forget_lost()
        return self.size // max(1, len(self._leases))

    def take_back(self, lease: Lease) -> None:
        """Take a lease back, also one that was still waited for."""
        self._leases.discard(lease)
        self._waiting = deque(each for each in self._waiting if each[0] is not lease)
        self.admit()

    def admit(self) -> None:
        """Give room to those who wait, as far as there is."""
        while self._waiting and self._fits(self._waiting[0][0]):
            lease, open_gate = self._waiting.popleft()
            self._give(lease)
            open_gate()

    def _give(self, lease: Lease) -> None:
        lease.begin(self.now())
        self._leases.add(lease)

    def _forget_lost(self) -> None:
        now = self.now()
        self._leases = {each for each in self._leases if not each.is_over(now)}

    def _fits(self, lease: Lease) -> bool:
        self._forget_lost()
        taken = sum(each.size for each in self._leases)
        return not taken or taken + lease.size <= self.size
