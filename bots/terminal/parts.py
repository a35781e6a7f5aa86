"""What the commands get from main.py: the parts of the house, put together, and nothing they could put together."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Coroutine, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bots.terminal.screen import Screen
from core.model.consultations import Consultation, Taxonomy, Text
from core.model.errors import SettingsError
from core.model.ids import PartnerId
from core.model.people import Room
from core.rules.findings import Finding
from core.rules.plain_sentences import Effort, Remark
from core.storage.copies import Copy, Watch
from core.storage.engine import Storage
from core.work.doctor import Finding as Health
from core.work.evaluation.report import Report
from core.work.house import House
from core.work.ports import Chance, Clock, Reading, Words
from core.work.restoring import Restored, RestoredByServer
from core.work.staff.themes import Themes

Errand = Callable[[str, Mapping[str, Any]], Coroutine[Any, Any, dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class OpenStage:
    """A stage whose pages can be opened from this machine. `address`: the first part of their addresses. `instead_of`:
    why they are not where the settings say; None when they are. `shows`: they are this partner's from now on. `wrote`:
    set whenever somebody writes on one of them. `works`: everything that the running program does, by the stage's
    clock, until told to stop.
    """

    house: House
    address: str
    instead_of: SettingsError | None
    shows: Callable[[PartnerId], Awaitable[None]]
    wrote: asyncio.Event
    works: Callable[[asyncio.Event], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class TextTools:
    """What can be done with a text by itself. `mask` (text, language): the masked text, and what was masked. `language`
    (text, the one to believe). `duplicates`: for each text the place of the first that says the same. `look` (text,
    language): what makes it hard to read, and what reading it takes. `flags`: what a person must look at, and how grave
    it is, 3 being the gravest.
    """

    mask: Callable[[str, str], tuple[str, Sequence[str]]]
    language: Callable[[str, str], str]
    duplicates: Callable[[Sequence[str]], Sequence[int]]
    look: Callable[[str, str], tuple[Sequence[Remark], Effort]]
    flags: Callable[[str], Sequence[tuple[str, int]]]


Lesson = tuple[str, str, Collection[str]]
"""(text, the question it answers, the topics that people said)."""

ReadTopics = Callable[[str, str, str], Reading]
"""(text, the language to believe, the question it answers) → what it is about."""


@dataclass(frozen=True, slots=True)
class TopicTools:
    """What can be done with a list of topics and a file of texts. `read`: the list that a file holds. `language`: in
    which a list is written. `reader`: for a list and the folder of what was learnt (None: the list alone).
    `judge` (names, what was said of each text, what it is about): the figures. `learn` (list, sorted by people,
    sorted by nobody, folder, told how much is done): a new version there, its facts. `back`: the version before.
    """

    read: Callable[[Path], Taxonomy]
    language: Callable[[Taxonomy], str]
    reader: Callable[[Taxonomy, Path | None], ReadTopics]
    judge: Callable[[Sequence[str], Sequence[Reading], Sequence[Collection[str]]], Mapping[str, Any]]
    learn: Callable[[Taxonomy, Sequence[Lesson], Sequence[Lesson], Path, Callable[[float], None]], Mapping[str, Any]]
    back: Callable[[Path], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class FirstFile:
    """A first consultation file, made of answers by name. `mistaken` (name, answer, the answers before it): why that
    cannot stand, "" when it can. `usual` (name, the answers before it): what no answer means; "" is nothing. `write`
    (answers, language): the text of the file.
    """

    usual: Callable[[str, Mapping[str, str]], str]
    mistaken: Callable[[str, str, Mapping[str, str]], str]
    write: Callable[[Mapping[str, str], str], str]


@dataclass(frozen=True, slots=True)
class Parts:
    """`check`, `lines`: what is remarkable in a consultation, and on which line of its file each key stands.

    `accounts`: (channel, external id) that the environment's tokens speak for. `bot_name`: the Telegram bot's name
    for links, None while nobody can tell. `room`: a group or channel of Telegram by its name, None without a bot.
    `errand`: asks the running service, or does it here. `themes`: what was learnt, and new themes. `reading`: the
    database, to look at; `NotFound` while there is none. `house`: everything, for writing. `stage`: everything on a
    clock and a chance of one's own, in a database that is thrown away. `open_stage`: the same with its pages.
    `serve`: the program itself, until it is told to stop, best on a `serving_loop`; it says on the screen what opens,
    and what does not and why. `channels_ready`: the channels that have a token. `link`: where a source's token leads;
    `public`: others than this machine can go there. `desk_link`: where a sign-in link's secret leads. `kit`: the
    files of a source's invitation kit (its token, its label), by name.
    `report`: an evaluation as a file, in a form ("html", "pdf", "md", "json") and a language. `note`: one page of it,
    as a PDF.
    `backup`: the database copied to a new file; `restore`: such a file put in its place; None: a server did that.
    `examine`: what is wrong with the installation.
    `texts`, `topics`, `first_file`: what needs no database.
    """

    words: Words
    language: str
    clock: Clock
    samples: Path
    read_consultation: Callable[[Path], Consultation]
    check: Callable[[Consultation], Sequence[Finding]]
    lines: Callable[[Path], Mapping[str, int]]
    accounts: Callable[[], Sequence[tuple[str, str]]]
    bot_name: Callable[[], Awaitable[str | None]]
    room: Callable[[str], Awaitable[Room | None]]
    channels_ready: Callable[[], Sequence[str]]
    errand: Errand
    themes: Callable[[Storage], Themes]
    reading: Callable[[], AbstractAsyncContextManager[Storage]]
    house: Callable[[], AbstractAsyncContextManager[House]]
    stage: Callable[[Clock, Chance], AbstractAsyncContextManager[House]]
    open_stage: Callable[[Clock], AbstractAsyncContextManager[OpenStage]]
    serve: Callable[[Screen], Awaitable[None]]
    serving_loop: Callable[[], asyncio.AbstractEventLoop]
    manifest: Callable[[], Mapping[str, Any]]
    link: Callable[[str], str]
    public: bool
    desk_link: Callable[[str], str]
    kit: Callable[[Consultation, str, Text], Mapping[str, bytes]]
    report: Callable[[Report, Consultation, str, str], bytes]
    note: Callable[[Report, Consultation, str], bytes]
    backup: Callable[[Path, Watch], Copy]
    restore: Callable[[Path | None, Watch], Restored | RestoredByServer]
    examine: Callable[[], Coroutine[Any, Any, Sequence[Health]]]
    texts: Callable[[], TextTools]
    topics: Callable[[], TopicTools]
    first_file: FirstFile
