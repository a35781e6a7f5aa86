"""Every sentence that the code asks for has words, and every sentence of the catalogues is asked for somewhere.

The code is read, not run: literal keys, and f-strings whose first part names a family ("reason.{…}" stands for every
key that begins so).
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from config.locale import Catalogue
from core.model import errors

ROOT = Path(__file__).parents[3]
SOURCES = [
    path
    for folder in ("core", "bots", "config", "nlp")
    for path in sorted((ROOT / folder).rglob("*.py"))
    if path.relative_to(ROOT).as_posix() != "bots/slack/words.py"  # has its own few sentences, and its own test
] + [path for path in [ROOT / "main.py"] if path.exists()]

TEMPLATES = sorted((ROOT / "bots").rglob("*.html"))
CATALOGUES = sorted((ROOT / "config" / "locales").rglob("*.po"))
_SAID_IN_A_TEMPLATE = re.compile(r"""\bsay\(\s*["']([a-z0-9_.]+)["'](\s*~)?""")

MAKERS = {"Phrase": 0, "phrase": 0, "button": 0, "word_button": 0, "refuse": 0, "warn": 0, "wrong": 1}
"""Functions and methods that take a key: the place of the key among their arguments."""

ERRORS = frozenset(name for name, found in vars(errors).items() if isinstance(found, type))
"""Our own errors take the key of a sentence for the terminal after the sentence itself."""

SPEAKERS = {"voice": "staff.", "screen": "terminal.", "working": "terminal.", "words": "", "_words": "", "pages": ""}
"""Names of what speaks, with what it puts before a key: `voice("x")`, `screen.say("x")`, `words.say("x")`."""

SPEAKING = frozenset({"say", "text", "remark", "working", "now"})

UNUSED_SO_FAR: frozenset[str] = frozenset()
"""Keys that no code asks for yet, with a reason in a comment beside each."""


@dataclass(frozen=True)
class Asked:
    """A place where a key is asked for. `pattern`: the key itself, or the family that an f-string stands for."""

    where: str
    pattern: re.Pattern[str]


def pattern_of(node: ast.expr, prefix: str = "") -> Iterator[re.Pattern[str]]:
    """What a key expression can be; nothing when it is computed elsewhere."""
    match node:
        case ast.Constant(value=str(key)):
            yield re.compile(re.escape(prefix + key))
        case ast.JoinedStr(values=values):
            parts = [re.escape(str(v.value)) if isinstance(v, ast.Constant) else r"[\w.-]+" for v in values]
            yield re.compile(re.escape(prefix) + "".join(parts))
        case ast.IfExp(body=body, orelse=orelse):
            yield from pattern_of(body, prefix)
            yield from pattern_of(orelse, prefix)
        case _:
            return


def last_name(node: ast.expr) -> str:
    """`self.screen` → "screen"."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


def key_arguments(call: ast.Call) -> Iterator[re.Pattern[str]]:
    """The keys that one call asks for."""
    name = last_name(call.func)
    arguments = [argument for argument in call.args if not isinstance(argument, ast.Starred)]
    if isinstance(call.func, ast.Attribute) and name in SPEAKING and last_name(call.func.value) in SPEAKERS:
        if arguments:
            yield from pattern_of(arguments[0], SPEAKERS[last_name(call.func.value)])
    elif isinstance(call.func, ast.Name) and name == "voice" and arguments:
        yield from pattern_of(arguments[0], SPEAKERS[name])
    elif name in ERRORS and len(arguments) > 1:
        yield from pattern_of(arguments[1], SPEAKERS["screen"])
    elif name in MAKERS and len(arguments) > MAKERS[name]:
        yield from pattern_of(arguments[MAKERS[name]])


def asked() -> Iterator[Asked]:
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                for pattern in key_arguments(node):
                    yield Asked(f"{path.relative_to(ROOT).as_posix()}:{node.lineno}", pattern)
    yield from asked_in_templates()


def asked_in_templates() -> Iterator[Asked]:
    """`say("web.skip")`, and the family that `say("web.language." ~ each)` stands for."""
    for path in TEMPLATES:
        for said in _SAID_IN_A_TEMPLATE.finditer(path.read_text(encoding="utf-8")):
            rest = r"[\w.-]+" if said[2] else ""
            yield Asked(path.relative_to(ROOT).as_posix(), re.compile(re.escape(said[1]) + rest))


def written() -> Iterator[re.Pattern[str]]:
    """Every text in the code that can be a key, bare or behind the prefix of a speaker."""
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant | ast.JoinedStr):
                for pattern in pattern_of(node):
                    if re.match(r"[a-z_]+(\\\.|$)", pattern.pattern):
                        yield pattern
    for asked_there in asked_in_templates():
        yield asked_there.pattern


@pytest.fixture(scope="module")
def keys() -> frozenset[str]:
    return Catalogue().keys


def test_every_key_that_is_asked_for_has_words(keys: frozenset[str]) -> None:
    speechless = [
        f"{each.where}: no words for {each.pattern.pattern}".replace("\\", "")
        for each in asked()
        if not any(each.pattern.fullmatch(key) for key in keys)
    ]
    assert not speechless, "\n".join(["keys without words in config/locales:", *speechless])


def test_every_key_is_asked_for_somewhere(keys: frozenset[str]) -> None:
    patterns = set(written())
    bare = {key for key in keys if not any(pattern.fullmatch(key) for pattern in patterns)}
    mute = {
        key
        for key in bare
        for prefix in {prefix for prefix in SPEAKERS.values() if prefix and key.startswith(prefix)} or {""}
        if not prefix or not any(pattern.fullmatch(key.removeprefix(prefix)) for pattern in patterns)
    }
    assert mute <= UNUSED_SO_FAR, "\n".join(["keys that no code asks for:", *sorted(mute - UNUSED_SO_FAR)])
    assert mute >= UNUSED_SO_FAR, "these are asked for now: take them out of UNUSED_SO_FAR"


def test_there_is_one_apostrophe_in_all_the_words() -> None:
    curly = [path.name for path in CATALOGUES if "\u2019" in path.read_text(encoding="utf-8")]
    assert not curly, f"the typewriter's apostrophe is the one that is used everywhere, not in {curly}"


def test_the_reader_of_code_sees_what_it_should() -> None:
    (call,) = [
        node for node in ast.walk(ast.parse('phrase("a.b" if x else f"c.{y}", n=1)')) if isinstance(node, ast.Call)
    ]
    assert [pattern.pattern for pattern in key_arguments(call)] == [r"a\.b", r"c\.[\w.-]+"]
    (call,) = [node for node in ast.walk(ast.parse('self.screen.say("done")')) if isinstance(node, ast.Call)]
    assert [pattern.pattern for pattern in key_arguments(call)] == [r"terminal\.done"]
