"""What every command looks like: help in the language of the person who runs it, with an example on its own line."""

from collections.abc import Callable
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from bots.terminal.screen import Screen

PROGRAM = "python main.py"

Body = Callable[..., None]


def command(app: typer.Typer, screen: Screen, name: str, key: str = "") -> Callable[[Body], Body]:
    """Adds a command. `key`: which help it has, when that is not named as the command is."""
    return app.command(name, help=help_text(screen, key or name), cls=_command_class(screen))


def group(screen: Screen, key: str) -> typer.Typer:
    """A command with sub-commands."""
    return typer.Typer(
        help=help_text(screen, key),
        cls=_group_class(screen),
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        subcommand_metavar=screen.text("help.word.command"),
        options_metavar=screen.text("help.word.options"),
    )


def help_text(screen: Screen, key: str) -> str:
    """Each paragraph after the first (an example) stands as it is written, on its own lines."""
    return screen.text(f"help.{key}").replace("\n\n", "\n\n\b\n")


def file_argument(screen: Screen, key: str = "file") -> Any:
    return typer.Argument(
        exists=True,
        dir_okay=False,
        readable=True,
        metavar=screen.text("help.word.file"),
        help=screen.text(f"help.{key}"),
    )


def consultation_argument(screen: Screen) -> Any:
    return typer.Argument(metavar="CONSULTATION", help=screen.text("help.consultation"))


def json_option(screen: Screen) -> Any:
    return typer.Option("--json", help=screen.text("help.json"))


# ── the library's own words ──────────────────────────────────────────────────────────────────────────────────────────


def _command_class(screen: Screen) -> type[TyperCommand]:
    class Command(TyperCommand):
        def get_help(self, ctx: Any) -> str:
            return _in_our_words(super().get_help(ctx), screen)

    return Command


def _group_class(screen: Screen) -> type[TyperGroup]:
    class Group(TyperGroup):
        def get_help(self, ctx: Any) -> str:
            return _in_our_words(super().get_help(ctx), screen)

    return Group


def _in_our_words(text: str, screen: Screen) -> str:
    """The few words that the library puts into a help."""
    for theirs, ours in (
        ("Usage:", screen.text("help.word.usage")),
        ("\nArguments:\n", f"\n{screen.text('help.word.arguments')}\n"),
        ("\nOptions:\n", f"\n{screen.text('help.word.settings')}\n"),
        ("\nCommands:\n", f"\n{screen.text('help.word.commands')}\n"),
        ("Show this message and exit.", screen.text("help.word.help")),
        ("[OPTIONS]", screen.text("help.word.options")),
        ("  [required]", ""),
    ):
        text = text.replace(theirs, ours)
    return text
