"""Column types that both databases agree on: aware instants, and values of the model as JSON."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

import orjson
import sqlalchemy as sa
from pydantic import TypeAdapter
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Dialect

from core.model.deliveries import Body

BODY: TypeAdapter[Body] = TypeAdapter(Body)
Value = TypeVar("Value")


class Instant(sa.types.TypeDecorator[datetime]):
    """An aware datetime. SQLite keeps it as UTC text that sorts as time does; PostgreSQL as `timestamptz`.

    A naive datetime is refused: it would silently mean the machine's zone.
    """

    impl = sa.String(32)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> sa.types.TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(postgresql.TIMESTAMP(timezone=True))
        return dialect.type_descriptor(sa.String(32))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a datetime without a zone cannot be stored")
        return value.astimezone(UTC) if dialect.name == "postgresql" else as_text(value)

    def process_result_value(self, value: Any, _dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.astimezone(UTC) if isinstance(value, datetime) else datetime.fromisoformat(value)


def _once(write: Callable[[Value], str]) -> Callable[[Value], str]:
    """`write`, which is asked once for the very same value that comes many times in a row, and is not changed between.
    Threads may share it: what is remembered changes as one."""
    last: tuple[object, str] = object(), ""

    def written(value: Value) -> str:
        nonlocal last
        known = last
        if value is not known[0]:
            known = last = value, write(value)
        return known[1]

    return written


as_text: Callable[[datetime], str] = _once(lambda value: value.astimezone(UTC).isoformat(timespec="microseconds"))
"""How SQLite keeps an instant. The rows of a batch mostly hold one and the same."""


def json_writer() -> Callable[[Any], str]:
    """Writes values as JSON text: the words that a hundred thousand people are owed, once."""
    return _once(_to_json)


def _to_json(value: Any) -> str:
    try:
        return orjson.dumps(value).decode()
    except TypeError:  # half of a surrogate pair, a number beyond 64 bits: the slow writer takes them
        return json.dumps(value)


def from_json(text: str) -> Any:
    """What SQLite keeps as JSON. The slow reader takes what the fast one refuses: half of a surrogate pair."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return json.loads(text)


def plain_body(body: Body) -> Any:
    """As it is stored."""
    return BODY.dump_python(body, mode="json")


Json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
"""JSON text on SQLite, JSONB on PostgreSQL."""

Serial = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
"""A growing number given by the database. SQLite only counts for INTEGER."""
