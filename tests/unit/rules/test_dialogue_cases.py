"""Every transcript of tests/cases/dialogues is what the dialogue says today, to the letter.

@ consultation piscine        which sample; also: language en, topics horaires, finished 30, closed, open,
@ others id=Title             now 2026-11-24T17:00+00:00, stopped, notice 2, questions frequence quartier
> /start token                the person opens the bot; > (again) opens it once more
> words                       the person writes;  > (edit 3) words;  > (forward) words
> [Label]                     presses the newest button of that label;  > (press) raw-action
> (voice)                     sends what is not text;  > (photo) caption
~ 10 s                        time passes, and a silence may end
< words [Button] [Button]     one message of ours
! Effect                      what is done besides
# comment
"""

import re
from dataclasses import fields, replace
from datetime import datetime
from pathlib import Path

import pytest

from core.model.dialogues import Effect
from core.model.messages import Attached, Edited, Media, Said
from tests.unit.rules.dialogue_player import Player, example

CASES = Path(__file__).parents[2] / "cases" / "dialogues"


@pytest.mark.parametrize("path", sorted(CASES.glob("*.txt")), ids=lambda path: path.stem)
def test_the_transcript_is_what_is_said_today(path: Path) -> None:
    told = path.read_text(encoding="utf-8")
    assert replay(told) == told


def test_there_are_transcripts() -> None:
    assert len(list(CASES.glob("*.txt"))) >= 12


def replay(told: str) -> str:
    """The same story, with what the dialogue says to it now."""
    player: Player | None = None
    lines: list[str] = []
    directives: list[str] = []
    for line in told.splitlines():
        if line.startswith(("<", "!", "  ")):
            continue
        lines.append(line)
        if line.startswith("@ "):
            directives.append(line[2:])
            if player is not None:
                _direct(player, line[2:])
        elif line.startswith(("> ", "~ ")):
            if player is None:
                player = _player(directives)
            _play(player, line)
            lines += _said(player)
    return "\n".join(lines) + "\n"


def _player(directives: list[str]) -> Player:
    given = dict(each.partition(" ")[::2] for each in directives)
    player = Player(example(given.get("consultation", "piscine")), language=given.get("language", "fr"))
    for each in directives:
        _direct(player, each)
    return player


def _direct(player: Player, directive: str) -> None:
    name, _, value = directive.partition(" ")
    match name:
        case "topics":
            player.settings(topics=tuple(value.split()))
        case "finished":
            player.settings(finished_count=int(value))
        case "closed" | "open":
            player.settings(open_now=name == "open")
        case "stopped":
            player.settings(stopped=True)
        case "others":
            player.settings(others=(tuple(value.split("=", 1)),))
        case "now":
            player.now = datetime.fromisoformat(value)
        case "notice":
            notice = replace(player.consultation.notice, version=int(value))
            player.consultation = replace(player.consultation, notice=notice)
        case "questions":
            kept = tuple(each for each in player.consultation.questions if each.id in value.split())
            player.consultation = replace(player.consultation, questions=kept)


def _play(player: Player, line: str) -> None:
    said = line[2:]
    if not player.opened and not said.startswith("/start"):
        player.begin()
    if line.startswith("~"):
        player.waits(float(said.split()[0]))
    elif said.startswith("/start") and not player.opened:
        player.begin()
    elif said == "(again)":
        player.starts()
    elif button := re.fullmatch(r"\[(.+)\]", said):
        player.presses(button[1])
    elif marked := re.fullmatch(r"\((\w+)(?: (\d+))?\) ?(.*)", said):
        _marked(player, marked[1], marked[2], marked[3])
    else:
        player.says(said)


def _marked(player: Player, mark: str, number: str | None, rest: str) -> None:
    if mark == "edit":
        player.event(Edited(rest, int(number or 0)))
    elif mark == "press":
        player.press(rest)
    elif mark == "forward":
        player.message_id += 1
        player.event(Said(rest, player.message_id, forwarded=True))
    else:
        player.message_id += 1
        player.event(Attached(Media(mark), rest, player.message_id))


def _said(player: Player) -> list[str]:
    lines = []
    for message in player.shown:
        buttons = [f"[{button.label}]" for row in message.buttons for button in row]
        text = " ".join(["<", message.text.replace("\n", "\n  "), *buttons]).replace("\N{NO-BREAK SPACE}", " ")
        lines += [part.rstrip() for part in text.split("\n")]
    return lines + [f"! {_effect(effect)}" for effect in player.did]


def _effect(effect: Effect) -> str:
    told = []
    for field in fields(effect):
        value = getattr(effect, field.name)
        if value not in (False, None):
            told.append(str(value))
    return " · ".join([type(effect).__name__, *told])
