"""A plan's images, made side by side: seeds, connections, conversion, links."""

import asyncio
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass

from flux2.bindings import Images
from flux2.cloudflare import call
from flux2.cloudflare.answer import Image
from flux2.generation import attempts, keeping
from flux2.generation.cache import Cache
from flux2.generation.holding import MOST_CALLS, Holder
from flux2.generation.result import Failure, Outcome, Result
from flux2.image_formats import MadeFormat
from flux2.plan import Plan
from flux2.ports import ImageStream, Part
from flux2.services import Services
from flux2.usage.tab import Tab

Tasks = Sequence[asyncio.Task[Outcome]]


@dataclass(frozen=True)
class Generation:
    """The making of one plan's images, in the order of their seeds."""

    plan: Plan
    cache: Cache | None
    holder: Holder
    tab: Tab
    services: Services
    preview_side: int | None = None

    def end(self, failure: Exception | None = None, broken: Sequence[Part] = ()) -> None:
        """Give its memory back, and settle what it cost; `failure` is why the answer broke off, in
        the parts that are `broken`."""
        self.holder.end()
        if any(not isinstance(part, str) for part in broken):
            self.tab.lose_image()
        self.tab.close(failure)

    def start(self) -> Tasks:
        """Begin all of them; whoever asked has to `stop` what is not awaited."""
        return [asyncio.ensure_future(image) for image in self._prepare()]

    async def run(self) -> Sequence[Outcome]:
        """Make all of them."""
        if self.plan.n == 1:  # a task of its own would only cost
            return [await self._prepare()[0]]
        tasks = self.start()
        try:
            return await asyncio.gather(*tasks)
        except BaseException:
            await stop(tasks)
            raise

    def _prepare(self) -> Sequence[Coroutine[None, None, Outcome]]:
        """Make a coroutine for each image; none has begun."""
        slots = asyncio.Semaphore(MOST_CALLS)
        return [self._make_one(seed, slots) for seed in self.plan.seeds]

    async def _make_one(self, seed: int, slots: asyncio.Semaphore) -> Outcome:
        try:
            async with slots:
                image = await self._find_or_ask(seed)
                result = await self._finish(seed, image)
        except Exception as error:
            self.tab.note_failure(error)
            return Failure(seed, error)
        self.tab.note_image()
        return result

    async def _find_or_ask(self, seed: int) -> Image:
        if self.cache is None:
            return await self._ask(seed)
        if (kept := await self.cache.load(seed)) is not None:
            return kept
        image = await self._ask(seed)
        await self.cache.save(seed, image.base64)
        return image

    async def _ask(self, seed: int) -> Image:
        services = self.services
        begin = services.now()
        try:
            image = await attempts.generate(self.plan, seed, self.tab, services)
            if isinstance(image.base64, ImageStream):
                is_copied = self._is_copied(image)
                if is_copied or self.plan.n > 1:
                    await self.holder.hold(image.base64, is_copied=is_copied)
        finally:
            services.log.add_upstream(begin, services.now())
        return image

    def _is_copied(self, image: Image) -> bool:
        """Whether it is kept or worked on before the answer begins.

        Then it is taken as a whole first, and so it is where it is one of several: another one
        would be lost if it broke off in the answer, or would wait for its connection.
        """
        return (
            self.cache is not None
            or self._find_converter(image) is not None
            or (self.plan.kept_seconds is not None and self.services.bindings.results is not None)
        )

    async def _finish(self, seed: int, image: Image) -> Result:
        try:
            converted = await self._convert(seed, image)
            return await keeping.keep(converted, self.plan, self.preview_side, self.services)
        except BaseException:
            await call.discard(image.base64)
            raise

    def _find_converter(self, image: Image) -> Images | None:
        """Find what makes of it what was asked for; None where it is that already, or nothing
        can."""
        wanted = self.plan.output_format or image.format
        if wanted == image.format and self._find_compression(wanted) in (None, 100):
            return None
        return self.services.bindings.images

    def _find_compression(self, format: MadeFormat) -> int | None:
        return None if format == "png" else self.plan.output_compression

    async def _convert(self, seed: int, image: Image) -> Result:
        """Turn it into the format that was asked for; if that fails it stays as it is, since it is
        paid for, and the answer says what it is."""
        images, wanted = self._find_converter(image), self.plan.output_format or image.format
        compression = self._find_compression(wanted)
        if images is not None:
            try:
                converted = await images.convert(image.base64, wanted, compression)
                return Result(converted, wanted, compression, seed, image.account)
            except ValueError:
                self.services.log.event("image_not_converted")
        return Result(image.base64, image.format, None, seed, image.account)


async def stop(tasks: Tasks) -> None:
    """End what still runs, and let go of what came."""
    for task in tasks:
        task.cancel()
    for result in await asyncio.gather(*tasks, return_exceptions=True):
        if isinstance(result, Result):
            await call.discard(result.base64)
            if result.preview is not None:
                await call.discard(result.preview.base64)
