"""All commands in one tree, and what a run of one of them ends in.

  0  done
  1  an error of ours, or something refused: one sentence on the error stream
  2  wrong usage: what is wrong with it, and where the help is
130  Ctrl-C
"""

import asyncio
import io
import logging
import sys
from collections.abc import Iterator, Sequence
from typing import Annotated

import typer
from rich.console import Console
from typer.exceptions import TyperException

from bots.terminal.commands import (
    audit,
    campaign,
    citizen,
    compare,
    copies,
    deliveries,
    demo,
    doctor,
    exports,
    follow_ups,
    imports,
    kit,
    meetings,
    overview,
    reports,
    staff,
    texts,
    topics,
    upkeep,
)
from bots.terminal.commands.demo import PEOPLE
from bots.terminal.commands.opening import open_pages
from bots.terminal.commands.shape import PROGRAM, command, group, people_option
from bots.terminal.commands.usage import tell_usage
from bots.terminal.parts import Parts
from bots.terminal.screen import Screen
from core.model.campaigns import CampaignState
from core.model.errors import NotFound, PorteVoixError

log = logging.getLogger(__name__)


def run(parts: Parts, arguments: Sequence[str] | None = None) -> int:
    """Runs the command that `arguments` (default: the process's own) name. Returns the exit code, never raises."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that cannot show 🤖 is no reason to fail
    screen = Screen(parts.words, parts.language, Console(highlight=False), Console(stderr=True, highlight=False))
    try:
        code = build(parts, screen)(args=arguments, prog_name=PROGRAM, standalone_mode=False)
        return code if isinstance(code, int) else 0
    except TyperException as error:
        tell_usage(error, screen)
        return error.exit_code
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 0
    except PorteVoixError as error:
        tell(error, screen)
    except BaseExceptionGroup as several:
        ours, strange = several.split(PorteVoixError)
        for each in _leaves(ours) if ours else ():
            tell(each, screen)
        if strange:
            _crashed(strange, screen)
    except Exception as error:
        _crashed(error, screen)
    return 1


def tell(error: BaseException, screen: Screen) -> None:
    """One of our own errors: a sentence, without a traceback; in the language of the catalogue where that has it."""
    if isinstance(error, PorteVoixError) and error.key:
        screen.remark(error.key, **error.places)
    else:
        print(error, file=sys.stderr)


def build(parts: Parts, screen: Screen) -> typer.Typer:
    """The whole command line, its help in the language of the person who runs it."""
    app = group(screen, "app")

    @command(app, screen, "run")
    def run_command(people: Annotated[int, people_option(screen, "run.people")] = PEOPLE) -> None:
        with asyncio.Runner(loop_factory=parts.serving_loop) as runner:
            runner.run(_run(parts, screen, people))

    demo.add(app, parts, screen)
    citizen.add(app, parts, screen)
    campaign.add(app, parts, screen)
    overview.add(app, parts, screen)
    follow_ups.add(app, parts, screen)
    meetings.add(app, parts, screen)
    deliveries.add(app, parts, screen)
    imports.add(app, parts, screen)
    exports.add(app, parts, screen)
    kit.add(app, parts, screen)
    reports.add(app, parts, screen)
    compare.add(app, parts, screen)
    staff.add(app, parts, screen)
    audit.add(app, parts, screen)
    texts.add(app, parts, screen)
    topics.add(app, parts, screen)
    upkeep.add(app, parts, screen)
    copies.add(app, parts, screen)
    doctor.add(app, parts, screen)
    return app


async def _run(parts: Parts, screen: Screen, people: int) -> None:
    """Every channel that has a token, and the pages. With no token and no campaign of one's own: the sample, played."""
    ready = parts.channels_ready()
    if ready:
        screen.say("run.channels", channels=", ".join(ready))
        await parts.serve(screen)
    elif await _has_campaign(parts):
        screen.say("run.pages")
        await parts.serve(screen)
    else:
        screen.say("run.no_token")
        await open_pages(parts, screen, people)


async def _has_campaign(parts: Parts) -> bool:
    try:
        async with parts.reading() as storage, storage.reading() as unit:
            return any(each.state is not CampaignState.DRAFT for each in await unit.consultations.all())
    except NotFound:
        return False


def _crashed(error: BaseException, screen: Screen) -> None:
    """Not ours: the log (which leaves out tokens) has the place, the person gets a sentence."""
    log.error("the program failed", exc_info=error)
    screen.remark("crashed")


def _leaves(several: BaseExceptionGroup[PorteVoixError]) -> Iterator[PorteVoixError]:
    """Each sentence once: parts that fall together often fall for the same reason."""
    said: set[str] = set()
    for error in several.exceptions:
        for leaf in _leaves(error) if isinstance(error, BaseExceptionGroup) else (error,):
            if str(leaf) not in said:
                said.add(str(leaf))
                yield leaf
