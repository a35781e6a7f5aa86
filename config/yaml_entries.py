"""YAML read with care: every value knows its line, every mistake is kept until all are known, no trick gets in.

    text ─▶ compose ─▶ nodes ─▶ Section (keys with values) ─▶ values of ours
                         └─────────┴─▶ Mistakes ─▶ one FileError: file:line: what is wrong — what to write instead

Everything is text until a reader asks for something else: `no` stays a word, `21:00` an hour. A file is at most
256 KiB; aliases (*name) and nesting are few, so that no small file can stand for a huge one.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, TypeVar

from ruamel.yaml import YAML
from ruamel.yaml.composer import Composer
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import AliasEvent, ScalarEvent
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from config.locale import Catalogue, known_languages
from config.people_words import folded
from core.model.consultations import Text
from core.model.deliveries import Param
from core.model.errors import FileError

T = TypeVar("T")

LARGEST = 256 * 1024
MOST_ALIASES = 20
DEEPEST = 12
MOST_SHOWN = 40
LONGEST_SHOWN = 200
LEFT_FOR_LATER = frozenset({"a completer", "to complete"})
"""What `campaign new` writes where nothing was answered, folded."""
MOST_ALIKE = 3
"""So many texts in too few languages are told one by one; more of them are one change to the list of languages."""

_TAB = re.compile(r" *\t")
_NO_SPACE = re.compile(r"[ -]*([a-z_]+):(?!//)[^\s]")
_APOSTROPHE = re.compile(r"[:,\[-] *'[^']*'[^',\s\]}#]")
"""A text between apostrophes that ends where it should not: 'La cour de l'école'."""


@dataclass(frozen=True, slots=True)
class Key:
    """A key of the file. `said`: other names that people give to it, to guess what was meant.

    `missing`: the message for a required key that is absent or empty.
    """

    name: str
    required: bool = False
    said: tuple[str, ...] = ()
    missing: str = "file.missing"


_Mistake = tuple[str, int, str, tuple[tuple[str, Param], ...]]
"""(file, line, message, its parameters)."""


@dataclass(slots=True)
class Mistakes:
    """What is wrong, in the order of the lines; `check` raises them all as one error in `language`."""

    name: str
    language: str = "en"
    found: dict[_Mistake, None] = field(default_factory=dict)

    def add(self, line: int, message: str, /, **params: Param) -> None:
        """`message` of the catalogue, its parameters; `line` counts from 1."""
        shown = tuple((name, _shown(param)) for name, param in params.items())
        self.found[self.name, line, message, shown] = None

    def add_first(self, line: int, message: str, /, **params: Param) -> None:
        """The same, for what one change puts wrong all over a file: told once, at the first of its lines."""
        self.add(line, message, **params)
        *_, (name, _line, said, shown) = self.found
        same = sorted(each for each in self.found if (each[0], *each[2:]) == (name, said, shown))
        for later in same[1:]:
            del self.found[later]

    def within(self, name: str) -> "Mistakes":
        """The same list, for a second file."""
        return Mistakes(name, self.language, self.found)

    def check(self) -> None:
        """Raises `FileError` when there is anything to say."""
        if not self.found:
            return
        words = Catalogue()
        lines = [
            f"{name}:{line}: {words.say(key, self.language, dict(params))}"
            for name, line, key, params in self._together(sorted(self.found, key=lambda mistake: mistake[:2]))
        ]
        if len(lines) > MOST_SHOWN:
            lines[MOST_SHOWN:] = [words.say("file.more", self.language, {"n": len(lines) - MOST_SHOWN})]
        raise FileError("\n".join(lines))

    @staticmethod
    def _together(found: list[_Mistake]) -> list[_Mistake]:
        """Many texts in one language only are told as one, with the lines of all."""
        alike = [each for each in found if each[2] == "file.one_language"]
        if len(alike) <= MOST_ALIKE:
            return found
        (name, line, _, params), *others = alike
        more = ("lines", ", ".join(dict.fromkeys(str(each[1]) for each in others)))
        told = (name, line, "file.one_language_more", (*params, more))
        return [told if each is alike[0] else each for each in found if each not in others]


@dataclass(frozen=True, slots=True)
class Document:
    """What every reader of one file shares. `languages`: those in which each text must stand."""

    mistakes: Mistakes
    languages: tuple[str, ...] = ()


def compose(text: str, mistakes: Mistakes) -> Node | None:
    """The nodes of the one document in `text`; None, with the mistake noted, when there is none that can be read."""
    if len(text.encode("utf-8", "surrogatepass")) > LARGEST:
        mistakes.add(1, "file.too_large", limit=LARGEST // 1024)
        return None
    try:
        reader = YAML(typ="safe", pure=True)
        reader.Composer = _Careful
        node: Node | None = reader.compose(text)
    except _Harmful as harm:
        mistakes.add(harm.line, harm.key)
        return None
    except YAMLError as error:
        _unreadable(text, error, mistakes)
        return None
    if node is None:
        mistakes.add(1, "file.empty")
    return node


def line_of(node: Node) -> int:
    return int(node.start_mark.line) + 1


def plain(node: Node) -> str | None:
    """The words of a scalar, trimmed; None for a list, a section, or nothing."""
    if isinstance(node, ScalarNode) and node.tag != "tag:yaml.org,2002:null":
        return str(node.value).strip()
    return None


def is_nothing(node: Node) -> bool:
    return isinstance(node, ScalarNode) and plain(node) in (None, "")


@dataclass(frozen=True, slots=True)
class Section:
    """Keys with their nodes. Asking for what is wrong notes the mistake and answers something harmless."""

    document: Document
    path: str
    line: int
    nodes: Mapping[str, Node]
    lines: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, node: Node, keys: Iterable[Key], document: Document, path: str = "") -> "Section":
        """The section that `node` is; unknown, doubled and missing keys are noted. What stands under a mistyped key is
        read under the one that was meant: one slip is one mistake."""
        known = {key.name: key for key in keys}
        if not isinstance(node, MappingNode):
            if path:
                document.mistakes.add(line_of(node), "file.not_a_section", where=path, keys=", ".join(known))
            else:
                document.mistakes.add(line_of(node), "file.no_keys")
            return cls(document, path, line_of(node), {})
        nodes: dict[str, Node] = {}
        lines: dict[str, int] = {}
        written = {plain(key_node) for key_node, _ in node.value}
        for key_node, value in node.value:
            name = plain(key_node) or ""
            if name not in known:
                meant = _unknown(name, key_node, known.values(), document)
                name = meant if meant and not {meant} & (written | nodes.keys()) else name
            elif name in nodes:
                document.mistakes.add(line_of(key_node), "file.doubled_key", key=name)
            nodes[name], lines[name] = value, line_of(key_node)
        section = cls(document, path, line_of(node), nodes, lines)
        later = [name for name, value in nodes.items() if folded(plain(value) or "") in LEFT_FOR_LATER]
        for name in later:
            document.mistakes.add(section.line_at(name), "file.left_for_later", key=section.named(name))
            del nodes[name]
        for key in known.values():
            if key.required and key.name not in later and (key.name not in nodes or is_nothing(nodes[key.name])):
                document.mistakes.add(section.line_at(key.name), key.missing, key=section.named(key.name))
        return section

    def __contains__(self, key: str) -> bool:
        return key in self.nodes and not is_nothing(self.nodes[key])

    def named(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key

    def line_at(self, key: str) -> int:
        return self.lines.get(key, self.line)

    def wrong(self, at: str, message: str, /, **params: Param) -> None:
        """Note a mistake at the line of the key `at`."""
        self.document.mistakes.add(self.line_at(at), message, **{"key": self.named(at), **params})

    def section(self, key: str, keys: Iterable[Key]) -> "Section":
        """The section under `key`; an empty one when it is absent."""
        if key not in self:
            return Section(self.document, self.named(key), self.line_at(key), {})
        return Section.of(self.nodes[key], keys, self.document, self.named(key))

    def items(self, key: str) -> tuple[Node, ...]:
        """The nodes of the list under `key`. One value alone is a list of one."""
        if key not in self:
            return ()
        node = self.nodes[key]
        if isinstance(node, SequenceNode):
            return tuple(node.value)
        if isinstance(node, ScalarNode):
            return (node,)
        self.wrong(key, "file.not_a_list")
        return ()

    def word(self, key: str) -> str:
        """One plain value, "" when it is absent."""
        if key not in self:
            return ""
        found = plain(self.nodes[key])
        if found is None:
            self.wrong(key, "file.not_plain")
        return found or ""

    def words(self, key: str) -> tuple[str, ...]:
        """The plain values of a list, or of one line with commas, each once."""
        found = [plain(node) for node in self.items(key)]
        if len(found) == 1 and found[0] is not None and isinstance(self.nodes[key], ScalarNode):
            found = [word.strip() for word in found[0].split(",")]
        if None in found:
            self.wrong(key, "file.not_a_list")
        return tuple(dict.fromkeys(word for word in found if word))

    def value(self, key: str, read: Callable[[str], T | None], default: T, wanted: str) -> T:
        """What `read` makes of the plain value; `default` when absent; the message `wanted` when it makes nothing."""
        word = self.word(key)
        if not word:
            return default
        found = read(word)
        if found is None:
            self.wrong(key, wanted, found=word)
            return default
        return found

    def choice(self, key: str, choices: Mapping[str, T], default: T, wanted: str) -> T:
        """One of `choices`, by any of the words (folded) that stand for it."""
        return self.value(key, lambda word: choices.get(folded(word)), default, wanted)

    def text(self, key: str, *, name: bool = False) -> Text:
        """A text in every language, {} when it is absent. `name`: one spelling may serve all languages."""
        return read_text(self.nodes[key], self.document, self.named(key), name=name) if key in self else {}


def read_text(node: Node, document: Document, path: str, *, name: bool = False) -> Text:
    """A sentence for people: a plain value, or one for each language."""
    languages = document.languages
    alone = plain(node)
    if alone is not None:
        name = name or not any(letter.isalpha() for letter in alone)
        if len(languages) > 1 and not name:
            document.mistakes.add(
                line_of(node), "file.one_language", key=path, languages=", ".join(f"{code}: …" for code in languages)
            )
        return {code: alone for code in languages}
    found: dict[str, str] = {}
    if not languages:  # they are missing in the file, which has been said: no complaint about each text
        return found
    if not isinstance(node, MappingNode):
        document.mistakes.add(line_of(node), "file.not_a_text", key=path, languages=", ".join(languages))
        return found
    for key_node, value in node.value:
        code, words = plain(key_node) or "", plain(value)
        if not_listed(key_node, document):
            continue
        if code not in languages:
            document.mistakes.add(
                line_of(key_node), "file.unknown_language", found=code, key=path, languages=", ".join(languages)
            )
        elif code in found:
            document.mistakes.add(line_of(key_node), "file.doubled_key", key=code)
        elif not words:
            document.mistakes.add(line_of(key_node), "file.missing_language", key=path, language=code)
        found[code] = words or ""
    for code in languages:
        if code not in found:
            document.mistakes.add(line_of(node), "file.missing_language", key=path, language=code)
    return {code: found[code] for code in languages if code in found}


def not_listed(key: Node, document: Document) -> bool:
    """Whether `key` is a language that the program speaks and the file does not list, which is then noted once: whoever
    takes a language out of the list leaves its words behind everywhere."""
    code = plain(key) or ""
    if code in document.languages or code not in known_languages():
        return False
    together = ", ".join([*document.languages, code])
    document.mistakes.add_first(line_of(key), "file.language_not_listed", found=code, languages=together)
    return True


def _shown(param: Param) -> Param:
    """A value of the file as a mistake repeats it: on one line, not a page of it."""
    if not isinstance(param, str):
        return param
    line = " ".join(param.split())
    return line if len(line) <= LONGEST_SHOWN else f"{line[:LONGEST_SHOWN]}…"


def _unknown(name: str, node: Node, keys: Iterable[Key], document: Document) -> str:
    """Says which key was probably meant, and returns it; "" when nobody can tell."""
    meant = {folded(said): key.name for key in keys for said in (key.name, *key.said)}
    close = get_close_matches(folded(name), meant, n=1, cutoff=0.6)
    if close:
        document.mistakes.add(line_of(node), "file.unknown_key_close", found=name, close=meant[close[0]])
        return meant[close[0]]
    document.mistakes.add(line_of(node), "file.unknown_key", found=name, keys=", ".join(key.name for key in keys))
    return ""


def _unreadable(text: str, error: YAMLError, mistakes: Mistakes) -> None:
    """Notes why YAML cannot read `text`: the slips that people make most by what they are, with their own line."""
    mark = error.problem_mark if isinstance(error, MarkedYAMLError) else None
    last = mark.line if mark else 0
    lines = text.splitlines()
    for place, line in enumerate(lines[: last + 1]):
        if _TAB.match(line):
            mistakes.add(place + 1, "file.tab")
            return
    begun = error.context_mark if isinstance(error, MarkedYAMLError) else None
    if begun and "quoted scalar" in str(getattr(error, "context", "")):
        mistakes.add(begun.line + 1, "file.quote_left_open")
        return
    for place in (last, last - 1):
        line = lines[place] if 0 <= place < len(lines) else ""
        if _APOSTROPHE.search(line):
            mistakes.add(place + 1, "file.apostrophe")
            return
        if stuck := _NO_SPACE.match(line):
            mistakes.add(place + 1, "file.no_space", key=stuck[1])
            return
    mistakes.add(last + 1, "file.not_yaml")


class _Harmful(Exception):
    """Something that makes a huge thing of a small file. `key`: the message that says so."""

    def __init__(self, key: str, line: int) -> None:
        super().__init__(key)
        self.key, self.line = key, line


class _Careful(Composer):
    """Stops at the first node too many: nothing has been built from it, and the text is read once."""

    aliases = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.parser.check_event(AliasEvent):
            self.aliases += 1
            self._refuse(self.aliases > MOST_ALIASES, "file.too_many_aliases")
        elif not self.parser.check_event(ScalarEvent):
            self._refuse(self.depth >= DEEPEST, "file.too_deep")
        return super().compose_node(parent, index)

    def _refuse(self, harmful: bool, key: str) -> None:
        if harmful:
            raise _Harmful(key, int(self.parser.peek_event().start_mark.line) + 1)
