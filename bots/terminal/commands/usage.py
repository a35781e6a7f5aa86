"""A command that was typed wrongly: what is wrong, in the language of the person who runs it, and where the help is.

    the library's sentence (English, its version locked) ─▶ a shape below ─▶ ours

A sentence of another shape is shown as the library says it. The test types every mistake that has a shape.
"""

import re
from typing import Any

from bots.terminal.screen import Screen

_NO_COMMAND = re.compile(r"No such command '(?P<given>.*?)'\.")
_FOR = r"Invalid value for '(?P<name>.+?)': "
_SHAPES = tuple(
    (re.compile(shape, re.DOTALL), key)
    for shape, key in (
        (r"No such command '(?P<given>.*?)'\..*?'(?P<meant>[^']+)'\?", "command_meant"),
        (r"No such command '(?P<given>.*?)'\.", "command"),
        (r"No such option: (?P<given>\S+) \(Possible options?: (?P<meant>.+)\)", "option_meant"),
        (r"No such option: (?P<given>\S+)", "option"),
        (r"Missing (?:argument|option) '(?P<name>.+?)'\. Choose from: (?P<among>.+)", "missing_among"),
        (r"Missing (?:argument|option) '(?P<name>.+?)'\.", "missing"),
        (r"Option '(?P<name>.+?)' requires an argument\.", "value_missing"),
        (r"Option '(?P<name>.+?)' does not take a value\.", "value_unwanted"),
        (r"Got unexpected extra arguments?\S* \((?P<given>.+)\)", "too_many"),
        (_FOR + r"\w+ '(?P<given>.*)' does not exist\.", "not_there"),
        (_FOR + r"\w+ '(?P<given>.*)' is a directory\.", "is_folder"),
        (_FOR + r"\w+ '(?P<given>.*)' is a file\.", "is_file"),
        (_FOR + r"\w+ '(?P<given>.*)' is not (?:readable|writable)\.", "not_allowed"),
        (_FOR + r"(?:Value error, )?'(?P<given>.*)' is not one of (?P<among>.+)\.", "not_among"),
        (_FOR + r"(?:Value error, )?'(?P<given>.*)' does not match the formats '%Y-%m-%d'\.", "day"),
        (_FOR + r"(?:Value error, )?'(?P<given>.*)' does not match the formats '%Y-%m-%d %H:%M'", "moment"),
        (_FOR + r"Input should be greater than or equal to (?P<least>-?\d+)", "too_small"),
        (_FOR + r"Input should be less than or equal to (?P<most>-?\d+)", "too_large"),
        (_FOR + r"Input should be a valid integer", "whole"),
    )
)


def tell_usage(error: Any, screen: Screen) -> None:
    """How the command is written, what is wrong with this one, and which command helps: on the error stream. `error`:
    a `TyperException` of a command of ours, which knows its `ctx` (shape.py)."""
    context, said = error.ctx, error.format_message()
    if said == context.get_help():  # a command with sub-commands, and none was named
        screen.show(said, aside=True)
    else:
        screen.show(context.get_usage(), aside=True)
        screen.show(_elsewhere(said, context, screen) or in_our_words(said, screen), aside=True)
        screen.remark("usage.help", command=f"{context.command_path} --help")


def _elsewhere(said: str, context: Any, screen: Screen) -> str:
    """The command that was typed without its group, or under another: `simulate` is `campaign simulate`. "": none."""
    found = _NO_COMMAND.match(said)
    if found is None:
        return ""
    given, root = found["given"], context.find_root()
    groups = root.command.commands
    meant = [f"{root.command_path} {given}"] if given in groups else []
    meant += [
        f"{root.command_path} {name} {given}" for name, each in groups.items() if given in getattr(each, "commands", {})
    ]
    return screen.text("usage.command_meant", given=given, meant=", ".join(meant)) if meant else ""


def in_our_words(said: str, screen: Screen) -> str:
    sentence = " ".join(said.split())
    for shape, key in _SHAPES:
        if found := shape.match(sentence):
            return screen.text(f"usage.{key}", **found.groupdict())
    return said
