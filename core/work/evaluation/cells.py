"""One contribution a row: the columns, and cells that no spreadsheet takes for a formula. The same both ways."""

import re
from collections.abc import Iterator

from core.work.evaluation.exchange import Row

COLUMNS = (
    "id", "consultation", "question", "citizen", "channel", "source", "language", "received_at", "text", "parts",
    "topics", "status", "answered_on", "reason", "satisfied", "evidence",
)  # fmt: skip

_FORMULA = re.compile(r"'*[\s\u200b\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20\t\r]")
"""What a spreadsheet may compute (some take the wide signs of East Asia too), or what was protected from that."""


def cells(row: Row) -> Iterator[str]:
    topics = "; ".join(f"{topic.name} ({topic.score:.2f}, {topic.by})" for topic in row.topics)
    evidence = "; ".join(f"{topic}: {', '.join(words)}" for topic, words in row.evidence.items())
    written = {"topics": topics, "evidence": evidence}
    for name, value in row.as_dict().items():
        yield protected(written.get(name, str(value)))


def protected(value: str) -> str:
    """With an apostrophe before what could begin a formula. `unprotected` takes it away again."""
    return f"'{value}" if _FORMULA.match(value) else value


def unprotected(value: str) -> str:
    return value[1:] if value.startswith("'") and _FORMULA.match(value) else value
