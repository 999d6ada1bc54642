"""Bodies that are poured after a handler is done: what happens when they have left."""

from collections.abc import AsyncGenerator, Callable, Sequence

from flux2.ports import Part

Groups = AsyncGenerator[Sequence[Part], None]
Act = Callable[[Exception | None, Sequence[Part]], None]


async def make_group(parts: Sequence[Part]) -> Groups:
    """Make a body of parts that leave together."""
    yield parts


async def end_with(groups: Groups, act: Act) -> Groups:
    """Pass the groups on, and act when the last one has left, or nobody wants the next one.

    `act` gets what was thrown by whoever could not pour a group, and that group; or what the groups
    have raised.
    """
    failure: Exception | None = None
    broken: Sequence[Part] = ()
    try:
        async for group in groups:
            try:
                yield group
            except Exception as thrown:
                broken = group
                await groups.athrow(thrown)
                raise
    except Exception as error:
        failure = error
        raise
    finally:
        await groups.aclose()
        act(failure, broken)
