"""The same work for several campaigns or partners: where one cannot be done, the others do not wait for it."""

from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

from core.model.errors import StorageError

Item = TypeVar("Item")
Done = TypeVar("Done")


async def each_alone(items: Iterable[Item], work: Callable[[Item], Awaitable[Done]]) -> list[Done]:
    """What became of each. When some could not be done, raises what stopped the first of them, after all the others.

    A database in trouble stops at once: it would stop each of them.
    """
    done: list[Done] = []
    failures: list[Exception] = []
    for item in items:
        try:
            done.append(await work(item))
        except StorageError:
            raise
        except Exception as error:
            failures.append(error)
    if failures:
        raise failures[0]
    return done
