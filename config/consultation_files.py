"""Consultation files: YAML as an organiser writes it ─▶ the model, or one `FileError` with all that is wrong.

What a consultation owes to the people it asks (commitments, dates, plain words) is not judged here: see
`core.rules.commitments`. A consultation that can be read may still be one that must not start.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import time, timedelta
from difflib import get_close_matches
from pathlib import Path
from zoneinfo import available_timezones

from ruamel.yaml.nodes import MappingNode, Node, SequenceNode

from config import consultation_schema as schema
from config import people_words
from config.consultation_digest import digest
from config.consultation_events import event_steps
from config.consultation_moments import instant
from config.consultation_parts import (
    day,
    identifier,
    number,
    questions,
    quiet_hours,
    redirects,
    sectors,
    steps,
    topics,
    yes_or_no,
)
from config.consultation_posts import posts
from config.consultation_reference import reference
from config.locale import known_languages
from config.yaml_entries import DEEPEST, LARGEST, Document, Mistakes, Section, compose, line_of, plain, read_text
from core.model.consultations import (
    ASK_AFTER,
    MOST_PUSHES,
    Consultation,
    Decision,
    Notice,
    PartnerProfile,
    Readers,
    ReplyPromise,
    Retention,
    Taxonomy,
    Text,
)
from core.model.errors import FileError

_SOURCE_TOKEN = re.compile(r"[A-Za-z0-9_-]{1,64}")
_FILE_BESIDE = re.compile(r"\w[\w.-]*\.ya?ml")

_END_OF_DAY = time(23, 59)


def read_consultation(path: Path, *, language: str = "en") -> Consultation:
    """The consultation that the file at `path` describes.

    Raises `FileError` with all mistakes, one a line: `file:line: what is wrong — what to write instead`, in `language`.
    """
    return parse_consultation(_read(path), name=path.name, folder=path.parent, language=language)


def parse_consultation(text: str, *, name: str, folder: Path | None = None, language: str = "en") -> Consultation:
    """As `read_consultation`, from text. `folder` is where a taxonomy that stands in its own file is looked for."""
    mistakes = Mistakes(name, language)
    return consultation_in(compose(text, mistakes), mistakes, folder)


def consultation_in(node: Node | None, mistakes: Mistakes, folder: Path | None = None) -> Consultation:
    """As `parse_consultation`, from what was composed already."""
    consultation = _consultation(node, mistakes, folder) if node is not None else None
    mistakes.check()
    if consultation is None:
        raise FileError(f"{mistakes.name}: not a consultation")
    return consultation


def read_topics(path: Path, *, language: str) -> Taxonomy:
    """A taxonomy by itself, in whatever languages its first topic has; a topic without an id is known by its name.

    Mistakes are told in `language`.
    """
    mistakes = Mistakes(path.name, language)
    node = compose(_read(path), mistakes)
    taxonomy = Taxonomy(())
    if node is not None:
        taxonomy = topics(node, Document(mistakes, _languages_of(node) or (language,)), named=True)
    mistakes.check()
    return taxonomy


def read_taxonomy(path: Path, *, languages: Sequence[str] = ("fr",)) -> Taxonomy:
    """A list of topics that stands in a file of its own. Raises `FileError` with all mistakes."""
    mistakes = Mistakes(path.name)
    node = compose(_read(path), mistakes)
    taxonomy = topics(node, Document(mistakes, tuple(languages))) if node is not None else Taxonomy(())
    mistakes.check()
    return taxonomy


def lines_of(text: str) -> Mapping[str, int]:
    """Where each value stands: `questions[2].text` → its line. Empty when the text cannot be read."""
    node = compose(text, Mistakes(""))
    found: dict[str, int] = {}
    if node is not None:
        _note_lines(node, "", found, depth=0)
    return found


def _languages_of(topics_file: Node) -> tuple[str, ...]:
    """Those in which the first name of a list of topics stands; () when it is one plain value."""
    for node in _walked(topics_file):
        if isinstance(node, MappingNode):
            for key, value in node.value:
                if plain(key) == "name":
                    return tuple(plain(code) or "" for code, _ in value.value) if isinstance(value, MappingNode) else ()
    return ()


def _walked(node: Node) -> Iterator[Node]:
    yield node
    if isinstance(node, SequenceNode):
        yield from node.value
    elif isinstance(node, MappingNode):
        for _, value in node.value:
            if isinstance(value, SequenceNode):
                yield from value.value


# ── the whole ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _consultation(node: Node, mistakes: Mistakes, folder: Path | None) -> Consultation:
    alone = Document(mistakes)
    bare = Section.of(node, schema.CONSULTATION, alone)
    languages = _languages(bare)
    file = replace(bare, document=Document(mistakes, languages))
    zone = _zone(file)
    areas, shares = sectors(file)
    opens, closes = instant(file, "opens", time(0), zone), instant(file, "closes", _END_OF_DAY, zone)
    asked = questions(file, areas, zone, lambda question: _taxonomy(question, folder))
    decision, reply = file.section("decision", schema.DECISION), file.section("reply", schema.REPLY)
    sources, own = _sources(file), identifier(file, "consultation")
    return Consultation(
        id=own,
        partner=_partner(file.section("partner", schema.PARTNER)),
        title=file.text("title"),
        why=file.text("why"),
        decided=file.text("decided"),
        open=file.text("open"),
        decision=Decision(decision.text("who"), day(decision, "on"), yes_or_no(decision, "several", default=False)),
        readers=_readers(file),
        reply=_reply(reply),
        languages=languages,
        zone=zone,
        opens_at=opens,
        closes_at=closes,
        questions=asked,
        taxonomy=_taxonomy(file, folder),
        steps=(*steps(file, opens, closes, zone, asked), *event_steps(asked)),
        posts=posts(file, own, opens, closes, zone, sources),
        sources=sources,
        why_you=file.text("why_you"),
        notice=_notice(file.section("notice", schema.NOTICE)),
        retention=_retention(file.section("retention", schema.RETENTION)),
        redirects=redirects(file),
        quiet=quiet_hours(file),
        digest=digest(file, languages),
        shares=shares,
        reference=reference(file, asked),
    )


def _languages(file: Section) -> tuple[str, ...]:
    known = known_languages()
    languages = file.words("languages")
    for language in languages:
        if language not in known:
            file.wrong("languages", "file.language_without_words", found=language, known=", ".join(known))
    return tuple(language for language in languages if language in known) or known[:1]


def _zone(file: Section) -> str:
    zone = file.word("zone")
    known = available_timezones()
    if zone and zone not in known:
        close = get_close_matches(zone, known, n=1, cutoff=0.6)
        file.wrong("zone", "file.not_a_zone", found=zone, close=close[0] if close else "Europe/Paris")
    return zone if zone in known else "UTC"


def _partner(partner: Section) -> PartnerProfile:
    name, counter = partner.text("name", name=True), partner.text("counter")
    two = yes_or_no(partner, "second_person", default=False)
    pushes = number(partner, "pushes_a_week", MOST_PUSHES, low=1, high=MOST_PUSHES)
    return PartnerProfile(identifier(partner, "id"), name, counter, two, pushes)


def _readers(file: Section) -> Readers:
    node = file.nodes.get("readers")
    if isinstance(node, MappingNode) and any(plain(key) in {"who", "several"} for key, _ in node.value):
        readers = file.section("readers", schema.READERS)
        return Readers(readers.text("who"), yes_or_no(readers, "several", default=False))
    return Readers(file.text("readers"))


def _reply(reply: Section) -> ReplyPromise:
    ask_after = reply.value("ask_after", people_words.duration_or_never, ASK_AFTER, "file.not_a_duration")
    return ReplyPromise(day(reply, "by"), reply.text("service"), ask_after)


def _sources(file: Section) -> dict[str, Text]:
    sources: dict[str, Text] = {}
    if "sources" not in file:
        return sources
    node = file.nodes["sources"]
    if not isinstance(node, MappingNode):
        file.wrong("sources", "file.sources")
        return sources
    for key, value in node.value:
        token = plain(key) or ""
        if not _SOURCE_TOKEN.fullmatch(token):
            file.document.mistakes.add(line_of(key), "file.not_a_token", found=token)
        elif token in sources:
            file.document.mistakes.add(line_of(key), "file.doubled_key", key=token)
        sources[token] = read_text(value, file.document, f"sources.{token}", name=True)
    return sources


def _notice(notice: Section) -> Notice:
    usual = Notice()
    return Notice(
        version=number(notice, "version", usual.version, low=1, high=10_000),
        minimum_age=number(notice, "minimum_age", usual.minimum_age, low=0, high=99),
        contact=notice.text("contact"),
        more=notice.text("more"),
    )


def _retention(retention: Section) -> Retention:
    usual = Retention()

    def span(key: str, default: timedelta) -> timedelta:
        return retention.value(key, people_words.duration, default, "file.not_a_duration")

    return Retention(
        contributions=span("contributions", usual.contributions),
        raw_updates=span("raw_updates", usual.raw_updates),
        message_bodies=span("message_bodies", usual.message_bodies),
        inactive_people=span("inactive_people", usual.inactive_people),
        consent_proofs=span("consent_proofs", usual.consent_proofs),
        held_text=span("held_text", usual.held_text),
    )


def _taxonomy(file: Section, folder: Path | None) -> Taxonomy:
    """The topics, here or in a file beside this one."""
    if "taxonomy" not in file:
        return Taxonomy(())
    node = file.nodes["taxonomy"]
    name = plain(node)
    if name is None:
        return topics(node, file.document)
    if folder is None or not _FILE_BESIDE.fullmatch(name) or not (folder / name).is_file():
        file.wrong("taxonomy", "file.no_such_file", found=name)
        return Taxonomy(())
    mistakes = file.document.mistakes.within(name)
    beside = compose(_read(folder / name), mistakes)
    return topics(beside, Document(mistakes, file.document.languages)) if beside is not None else Taxonomy(())


# ── helpers ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _read(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(LARGEST + 1).decode("utf-8-sig")
    except OSError as error:
        raise FileError(f"{path.name} cannot be read: {error.strerror}", "error.not_read", file=path.name) from error
    except UnicodeDecodeError as error:
        raise FileError(
            f"{path.name} is not a text in UTF-8: save it again as UTF-8", "error.not_utf8", file=path.name
        ) from error


def _note_lines(node: Node, path: str, found: dict[str, int], *, depth: int) -> None:
    found.setdefault(path, line_of(node))
    if depth > DEEPEST:  # an alias that holds itself
        return
    if isinstance(node, MappingNode):
        for key, value in node.value:
            name = plain(key) or ""
            found.setdefault(f"{path}.{name}" if path else name, line_of(key))
            _note_lines(value, f"{path}.{name}" if path else name, found, depth=depth + 1)
    elif isinstance(node, SequenceNode):
        for place, item in enumerate(node.value, 1):
            _note_lines(item, f"{path}[{place}]", found, depth=depth + 1)
