"""What one request spends: put aside before Cloudflare is asked, settled when all is over."""

from collections.abc import Sequence
from itertools import count

from flux2 import catalog
from flux2.access import budgets
from flux2.access.budgets import Reservation
from flux2.bindings import Statement
from flux2.errors import (
    ApiError,
    ClientClosedRequest,
    InternalError,
    UpstreamError,
    UpstreamTimeout,
)
from flux2.plan import Plan
from flux2.ports import ClientLeft
from flux2.services import Services
from flux2.usage import ledger
from flux2.usage.ledger import Entry

OK = "ok"


class Tab:
    """Of one plan. A call is counted before it is made, and taken back only if it certainly cost
    nothing; so what is not known is paid for, and nothing is spent unseen."""

    def __init__(self, plan: Plan, services: Services) -> None:
        self._plan = plan
        self._services = services
        self._price = catalog.to_micros(plan.neurons)
        self._at = int(services.now())
        self._reserved: list[Reservation] = []
        self._numbers = count()
        self._calls = 0
        self._images = 0
        self._result = OK
        self._is_closed = False

    async def open(self) -> None:
        """Put aside what all images cost. Raises as `budgets.reserve`."""
        if self._plan.caller.key_hash is not None:
            await self._reserve(self._plan.n)

    async def reserve_again(self) -> bool:
        """Put aside one more call, where one has failed that may have cost; tell whether it may be
        made."""
        if self._plan.caller.key_hash is None:
            return True
        try:
            await self._reserve(1)
        except ApiError:
            return False
        return True

    async def _reserve(self, calls: int) -> None:
        number = next(self._numbers)
        reservation = Reservation(
            self._plan.caller,
            f"{self._services.log.request_id}.{number}",
            self._at,
            calls * self._price,
            requests=int(number == 0),
        )
        await budgets.reserve(reservation, self._plan.model, self._services)
        self._reserved.append(reservation)

    def count_call(self) -> None:
        self._calls += 1

    def take_call_back(self) -> None:
        self._calls -= 1

    def note_image(self) -> None:
        """One has come, from Cloudflare or from before."""
        self._images += 1

    def lose_image(self) -> None:
        """One that was noted did not come whole."""
        self._images -= 1

    @property
    def has_lost(self) -> bool:
        """Whether something may have cost that brought no image."""
        return self._calls > self._images

    def note_failure(self, failure: BaseException) -> None:
        if self._result == OK:
            self._result = _find_code(failure)

    def close(self, error: BaseException | None = None) -> None:
        """Settle it, once, after the answer; `error` is what ended the request, if anything did."""
        if self._is_closed:
            return
        self._is_closed = True
        entry, database = self._sum_up(error), self._services.bindings.database
        if database is not None:
            self._services.defer(ledger.write(entry, self._reserved, database, self._services))

    def settle(self) -> tuple[int, Sequence[Statement]]:
        """Do as `close`, but leave the writing to whoever has more to write; tell the micros."""
        self._is_closed = True
        entry = self._sum_up(None)
        return entry.micros, ledger.make_statements(entry, self._reserved, self._services)

    def _sum_up(self, error: BaseException | None) -> Entry:
        if error is not None:
            self.note_failure(error)
        elif self._result == OK and self._images < self._plan.n:
            self._result = ClientClosedRequest.code  # nobody waited for the others
        services, neurons = self._services, self._calls * self._plan.neurons
        services.log.add(
            images=self._images,
            neurons=catalog.round_neurons(neurons),
            usd=catalog.to_usd(neurons),
        )
        micros = self._calls * self._price
        return Entry(self._at, self._plan, self._images, micros, self._result)


def _find_code(failure: BaseException) -> str:
    """Find the code of the error table; an answer that breaks off has no status any more."""
    if isinstance(failure, ApiError):
        return failure.code
    kinds = {
        ClientLeft: ClientClosedRequest,
        TimeoutError: UpstreamTimeout,
        ConnectionError: UpstreamError,
    }
    found = (error for kind, error in kinds.items() if isinstance(failure, kind))
    return next(found, InternalError).code
