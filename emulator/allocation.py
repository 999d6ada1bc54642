"""How many neurons each account has in a day, which ends at 00:00 UTC, and what time it is."""

import time
from collections import defaultdict
from threading import Lock

from emulator.errors import RefusalError

DAY = 24 * 60 * 60


class Allocation:
    """`neurons` of each account and day; None is no end of them."""

    def __init__(self, neurons: float | None = None) -> None:
        self.neurons = neurons
        self._ahead = 0.0
        self._spent: defaultdict[tuple[int, int], float] = defaultdict(float)
        self._lock = Lock()

    def now(self) -> float:
        """Tell the Unix time, which a test may have put forward."""
        return time.time() + self._ahead

    def move(self, now: float | None) -> None:
        """Put the clock to a Unix time, from which it goes on, or back to the machine's."""
        self._ahead = 0.0 if now is None else now - time.time()

    def spend(self, account: int, neurons: float) -> None:
        """Take them from what the account has today. Raises RefusalError if it has fewer left."""
        today = account, int(self.now() // DAY)
        with self._lock:
            if self.neurons is not None and self._spent[today] + neurons > self.neurons:
                raise RefusalError(3036)
            self._spent[today] += neurons
