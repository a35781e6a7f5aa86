"""What every command looks like: help in the language of the person who runs it, with an example on its own line."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.exceptions import TyperException

from bots.terminal.screen import Screen

PROGRAM = "python main.py"
ORDER = (
    "run", "demo", "campaign", "source", "kit", "staff", "audit", "chat", "status", "digest", "follow-up", "meeting",
    "deliveries", "import", "export", "report", "note", "compare", "text", "topics", "retry", "backup", "restore",
    "doctor", "recount", "slack-manifest",
)  # fmt: skip
"""How the help lists the commands; one that is not here comes last."""

_BRACED = re.compile(r"\{(\w+)\}")
"""How the library writes an argument that must be given."""
_TYPE = re.compile(r" <(?:list\[)?([^\]>]+)\]?>$")
"""The kind of value, which the library puts behind a name: programmers read it, others stumble over it."""
_EXTRA = re.compile(r" *\[([^\]]*)\]$")
"""What the library puts behind a help: "[default: 1; 1<=x<=9; required]"."""

Body = Callable[..., None]


def command(app: typer.Typer, screen: Screen, name: str, key: str = "") -> Callable[[Body], Body]:
    """Adds a command. `key`: which help it has, when that is not named as the command is."""
    said = help_text(screen, key or name)
    return app.command(name, help=said, short_help=_first_sentence(said), cls=_command_class(screen))


def group(screen: Screen, key: str) -> typer.Typer:
    """A command with sub-commands."""
    said = help_text(screen, key)
    return typer.Typer(
        help=said,
        short_help=_first_sentence(said),
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


def _first_sentence(said: str) -> str:
    """What an overview lists, whole: the library would cut it where the line ends."""
    return re.split(r"(?<=\.)\s|\n", said, maxsplit=1)[0]


def file_argument(screen: Screen, key: str = "file", *, there: bool = True) -> Any:
    """`there`: the file must exist already."""
    return typer.Argument(
        exists=there,
        dir_okay=False,
        readable=True,
        metavar=screen.text("help.word.file"),
        help=screen.text(f"help.{key}"),
    )


def consultation_argument(screen: Screen) -> Any:
    return typer.Argument(metavar="CONSULTATION", help=screen.text("help.consultation"))


def consultation_option(screen: Screen) -> Any:
    return typer.Option(
        "--consultation", metavar="CONSULTATION", show_default=False, help=screen.text("help.consultation")
    )


def people_option(screen: Screen, key: str) -> Any:
    """How many neighbours are made up."""
    return typer.Option(min=1, max=5000, metavar="N", help=screen.text(f"help.{key}"))


def json_option(screen: Screen) -> Any:
    return typer.Option("--json", help=screen.text("help.json"))


# ── the library's own words ──────────────────────────────────────────────────────────────────────────────────────────


@contextmanager
def _at(context: Any) -> Iterator[None]:
    """What is wrong with a line is told at its command: of some mistakes the library forgets which one it was."""
    try:
        yield
    except TyperException as error:
        mistake: Any = error
        mistake.ctx = getattr(error, "ctx", None) or context
        raise


def _command_class(screen: Screen) -> type[TyperCommand]:
    class Command(TyperCommand):
        def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
            with _at(ctx):
                return super().parse_args(ctx, args)

        def get_help(self, ctx: Any) -> str:
            return _in_our_words(super().get_help(ctx), screen)

        def get_usage(self, ctx: Any) -> str:
            return _in_our_words(super().get_usage(ctx), screen)

        def format_options(self, ctx: Any, formatter: Any) -> None:
            for kind, heading in (("argument", "arguments"), ("option", "settings")):
                of_kind = [each for each in self.get_params(ctx) if each.param_type_name == kind]
                records = [each.get_help_record(ctx) for each in of_kind]
                if lines := [_line(*record, screen) for record in records if record]:
                    with formatter.section(screen.text(f"help.word.{heading}").removesuffix(":")):
                        formatter.write_dl(lines)

    return Command


def _group_class(screen: Screen) -> type[TyperGroup]:
    class Group(TyperGroup):
        def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
            with _at(ctx):
                return super().parse_args(ctx, args)

        def get_help(self, ctx: Any) -> str:
            return _in_our_words(super().get_help(ctx), screen)

        def get_usage(self, ctx: Any) -> str:
            return _in_our_words(super().get_usage(ctx), screen)

        def list_commands(self, ctx: Any) -> list[str]:
            """As they are needed, one after the other."""
            names = super().list_commands(ctx)
            return sorted(names, key=ORDER.index) if set(names) <= set(ORDER) else names

    return Group


def _line(name: str, text: str, screen: Screen) -> tuple[str, str]:
    """One argument or option. Choices stay with their name; a range and a default follow the help, in our words."""
    name = _TYPE.sub(lambda found: f" {found[1]}" if "|" in found[1] else "", name)
    extra = _EXTRA.search(text)
    text = _EXTRA.sub("", text)
    for said in extra[1].split("; ") if extra else ():
        if default := re.fullmatch(r"default: (.+)", said):
            text += " " + screen.text("help.word.default", default=default[1])
        elif between := re.fullmatch(r"(\d+)<=x<=(\d+)", said):
            text += " " + screen.text("help.word.between", least=between[1], most=between[2])
    return name, text


def _in_our_words(text: str, screen: Screen) -> str:
    """The few words that the library puts into a help; its errors are in usage.py."""
    text = _BRACED.sub(r"\1", text)
    for theirs, ours in (
        ("Usage:", screen.text("help.word.usage")),
        ("\nOptions:\n", f"\n{screen.text('help.word.settings')}\n"),
        ("\nCommands:\n", f"\n{screen.text('help.word.commands')}\n"),
        ("Show this message and exit.", screen.text("help.word.help")),
    ):
        text = text.replace(theirs, ours)
    return text
