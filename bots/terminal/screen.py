"""What is printed: sentences from the catalogue, in the language of the person who runs the program."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.panel import Panel
from rich.progress import BarColumn, Progress, TextColumn
from rich.table import Table

from core.model.deliveries import Param
from core.model.messages import Message
from core.work.ports import Words


@dataclass(frozen=True, slots=True)
class Screen:
    """`console` writes to standard output; `--json` output goes through `json` alone, so that programs can read it."""

    words: Words
    language: str
    console: Console

    def text(self, key: str, /, **params: Param) -> str:
        return self.words.say(f"terminal.{key}", self.language, params)

    def say(self, key: str, /, **params: Param) -> None:
        self.console.print(escape(self.text(key, **params)), soft_wrap=True)

    def show(self, text: str) -> None:
        """Words that are not ours (a digest, a message): no markup in them is obeyed."""
        self.console.print(text, markup=False, highlight=False, soft_wrap=True)

    def bubble(self, message: Message, title: str = "") -> None:
        """One message as a citizen sees it, its buttons in brackets."""
        rows = [" ".join(f"[{button.label}]" for button in row) for row in message.buttons]
        body = escape("\n".join([message.text, *rows]))
        self.console.print(Panel(body, title=escape(title) or None, title_align="left", expand=False, width=76))

    def table(self, head: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
        table = Table(show_edge=False, pad_edge=False)
        for name in head:
            table.add_column(escape(name))
        for row in rows:
            table.add_row(*(escape(str(cell)) for cell in row))
        self.console.print(table)

    def progress(self) -> Progress:
        return Progress(
            TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f} %"), console=self.console
        )

    @staticmethod
    def json(value: Any) -> None:
        print(json.dumps(value, ensure_ascii=False, indent=2, default=str))
