"""Simulated neighbours: who they are, where they came from, and what they do when a message arrives.

    arrives ─▶ agrees ─▶ answers … ─▶ finishes
       │          └─ forgets on the way ─▶ is reminded ─▶ comes back · never · says STOP
       └─ reads and leaves · is under age

On the way one writes before agreeing, one sends a voice note, one a sticker, one has something urgent, one says that
the topic is another. Everything is drawn from one seeded source, once, when a neighbour is made. Nothing they write is
anybody's real word.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from bots.terminal.decode import Spoken
from bots.terminal.rehearsal.sayings import sayings_for
from core.model.consultations import Consultation, Question, QuestionKind
from core.model.messages import Attached, Button, Media, Message, Pressed, Said
from core.rules.specs.actions import Verb

Reaction = tuple[datetime, Spoken]
Buttons = Mapping[str, Sequence[Button]]

STEP = timedelta(seconds=10)
"""How long people take. They come at noon and after work, so that those who talk at the same time do so in the same
moments: the program answers them together, and four weeks go by in seconds.
"""


class Habit(StrEnum):
    FINISHES = "finishes"
    COMES_BACK = "comes back"
    FORGETS = "forgets"
    STOPS = "stops"
    LEAVES = "leaves"
    YOUNG = "young"


class Quirk(StrEnum):
    """What some do on the way; all of them finish."""

    HURRIES = "hurries"
    STICKER = "sticker"
    VOICE = "voice"
    URGENT = "urgent"
    CORRECTS = "corrects"


HABITS: Sequence[tuple[Habit, int]] = (
    (Habit.FINISHES, 57),
    (Habit.COMES_BACK, 13),
    (Habit.FORGETS, 13),
    (Habit.LEAVES, 8),
    (Habit.STOPS, 5),
    (Habit.YOUNG, 4),
)
"""Of a hundred neighbours, how many have which habit."""

USUAL: Mapping[Habit, int] = MappingProxyType(dict(HABITS))

QUIRKS: Sequence[tuple[Quirk, int]] = (
    (Quirk.URGENT, 1000),
    (Quirk.HURRIES, 20),
    (Quirk.STICKER, 30),
    (Quirk.VOICE, 15),
    (Quirk.CORRECTS, 12),
)
"""One neighbour in how many (and at least one) does it."""


@dataclass(slots=True)
class Neighbour:
    """One simulated citizen. `sayings`: what they answer to the open question, in one or several messages.

    `patience`: how many questions they answer before the phone goes back into the pocket; None: all of them.
    `urgent`: what the one with something urgent writes.
    """

    chat: str
    source: str
    habit: Habit
    language: str
    arrives_at: datetime
    sayings: tuple[str, ...]
    patience: int | None
    chance: random.Random
    quirk: Quirk | None = None
    urgent: str = ""
    messages: int = 0
    asleep: bool = False
    done: set[str] = field(default_factory=set)

    def reacts(self, message: Message, now: datetime, consultation: Consultation) -> list[Reaction]:
        """What they do about a message, and when. Nothing: they read it and put the phone away."""
        self.messages += 1
        buttons: dict[str, list[Button]] = {}
        for button in (each for row in message.buttons for each in row):
            buttons.setdefault(button.action.partition(":")[0], []).append(button)
        if Verb.NOT_INTERESTED in buttons and Verb.GO in buttons:
            return self._reminded(buttons, now)
        if self.asleep:
            return []
        soon = now + STEP
        if Verb.AGREE in buttons:
            return self._agrees(buttons, soon)
        question = next((each for each in consultation.questions if self._asks(message, each, consultation)), None)
        if question is not None:
            return self._answers(question, buttons, soon)
        return self._chooses(buttons, soon)

    def _asks(self, message: Message, question: Question, consultation: Consultation) -> bool:
        return consultation.in_language(question.text, self.language) in message.text

    def _once(self, what: str) -> bool:
        """True the first time."""
        if what in self.done:
            return False
        self.done.add(what)
        return True

    def _reminded(self, buttons: Buttons, now: datetime) -> list[Reaction]:
        later = now + timedelta(minutes=30)
        if self.habit is Habit.STOPS:
            return [(later, Said("STOP", self._next()))]
        if self.habit is Habit.COMES_BACK:
            self.asleep, self.patience = False, None
            self.done.clear()
            return [(later, self._press(buttons[Verb.GO][0]))]
        return []

    def _agrees(self, buttons: Buttons, soon: datetime) -> list[Reaction]:
        if self.quirk is Quirk.HURRIES and self._once("hurry"):
            return [(soon, Said(words, self._next())) for words in self.sayings]
        if self.habit is Habit.LEAVES or not self._once("agree"):
            return []
        if self.habit is Habit.YOUNG:
            return [(soon, self._press(buttons[Verb.YOUNG][0]))]
        return [(soon, self._press(buttons[Verb.AGREE][0]))]

    def _answers(self, question: Question, buttons: Buttons, soon: datetime) -> list[Reaction]:
        if question.kind is not QuestionKind.SEVERAL and not self._once(question.id):
            return []
        if self.patience == 0:
            self.asleep = True
            return []
        if self.patience is not None and Verb.DONE not in buttons:
            self.patience -= 1
        if question.kind is QuestionKind.OPEN:
            return self._writes(buttons, soon)
        before: list[Reaction] = []
        if self.quirk is Quirk.STICKER and self._once("sticker"):
            before.append((soon, Attached(Media.STICKER, "", self._next())))
            soon += STEP * 2
        if question.most and len(buttons.get(Verb.UNTICK, ())) < question.most and Verb.TICK in buttons:
            return [*before, (soon, self._press(self.chance.choice(buttons[Verb.TICK])))]
        for verb in (Verb.DONE, Verb.ANSWER, Verb.RSVP, Verb.TICK):
            if verb in buttons:
                return [*before, (soon, self._press(self.chance.choice(buttons[verb])))]
        number = self.chance.randint(question.low, max(question.low, min(question.high, 8)))
        return [*before, (soon, Said(str(number), self._next()))]

    def _writes(self, buttons: Buttons, soon: datetime) -> list[Reaction]:
        """The answer to the open question; what was written before agreeing only needs "that is all"."""
        if Verb.DONE in buttons:
            return [(soon, self._press(buttons[Verb.DONE][0]))]
        before: list[Reaction] = []
        if self.quirk is Quirk.VOICE:
            before.append((soon, Attached(Media.VOICE, "", self._next())))
            soon += STEP * 6
        if self.quirk is Quirk.URGENT:
            before.append((soon, Said(self.urgent, self._next())))
            soon += STEP * 30
        return [*before, *((soon, Said(words, self._next())) for words in self.sayings)]

    def _chooses(self, buttons: Buttons, soon: datetime) -> list[Reaction]:
        """Says what the answer was about, and whether the decision may be written to them."""
        if self.quirk is Quirk.CORRECTS and Verb.WRONG_TOPIC in buttons and self._once("correct"):
            wrong = (soon, self._press(buttons[Verb.WRONG_TOPIC][0]))
            asked = buttons.get(Verb.RESULTS, ())[
                :1
            ]  # none where the quiet line comes alone, after an open last question
            return [wrong, *((soon + timedelta(minutes=2), self._press(button)) for button in asked)]
        for verb in (Verb.TOPIC, Verb.DONE):
            if verb in buttons:
                return [(soon, self._press(self.chance.choice(buttons[verb])))]
        if Verb.RESULTS in buttons and self._once("results"):
            return [(soon, self._press(buttons[Verb.RESULTS][0 if self.chance.random() < 0.7 else -1]))]
        return []

    def _press(self, button: Button) -> Pressed:
        return Pressed(button.action, self.messages)

    def _next(self) -> int:
        self.messages += 1
        return self.messages


# ── a whole neighbourhood ────────────────────────────────────────────────────────────────────────────────────────────

BUSY_DAYS: Sequence[float] = (2, 2, 1.5, 1, 1, 1, 0.5, 2, 3, 2.5, 1.5, 1, 1, 0.5, 0.7, 0.7, 0.5, 0.3)
"""How many come on which day: when the posters go up, then when the bulletin is in the letter boxes, then fewer."""

HOURS = (12, 18)
ANOTHER_LANGUAGE = 0.12


def make_neighbours(
    consultation: Consultation, *, language: str, people: int, seed: int, habits: Mapping[Habit, int] = USUAL
) -> list[Neighbour]:
    """`people` neighbours who arrive in the first two and a half weeks, by every source but one: a poster that hangs
    where nobody looks. Most speak `language`.
    """
    sayings = sayings_for(consultation)
    main = language if language in consultation.languages else consultation.languages[0]
    others = [each for each in consultation.languages if each != main]
    chance = random.Random(seed)
    sources = list(consultation.sources) or [""]
    seen = [0.0 if place == 1 and len(sources) > 3 else 1 / (place + 1) for place in range(len(sources))]
    length = max(1, (consultation.closes_at - consultation.opens_at).days)
    days = BUSY_DAYS[:length]
    kinds, shares = list(habits), list(habits.values())
    midnight = consultation.opens_at.replace(hour=0, minute=0, second=0, microsecond=0)
    made = []
    for number in range(people):
        spoken = chance.choice(others) if others and chance.random() < ANOTHER_LANGUAGE else main
        day = chance.choices(range(len(days)), days)[0]
        arrives = midnight + timedelta(days=day, hours=chance.choice(HOURS), minutes=30)
        said = tuple(part.strip() for part in chance.choice(sayings[spoken]).split("|"))
        habit = chance.choices(kinds, shares)[0]
        made.append(
            Neighbour(
                chat=f"neighbour-{number}",
                source=chance.choices(sources, seen)[0],
                habit=habit,
                language=spoken,
                arrives_at=max(arrives, consultation.opens_at),
                sayings=said,
                patience=chance.choice((1, 1, 2)) if habit in _FORGETFUL else None,
                chance=random.Random(chance.random()),
            )
        )
    _give_quirks(made, consultation, chance)
    return sorted(made, key=lambda neighbour: neighbour.arrives_at)


_FORGETFUL = frozenset({Habit.COMES_BACK, Habit.FORGETS, Habit.STOPS})


def _give_quirks(neighbours: Sequence[Neighbour], consultation: Consultation, chance: random.Random) -> None:
    plain = [each for each in neighbours if each.habit is Habit.FINISHES]
    chance.shuffle(plain)
    for quirk, one_in in QUIRKS:
        for _ in range(max(1, len(neighbours) // one_in)):
            if not plain:
                return
            neighbour = plain.pop()
            neighbour.quirk = quirk
            if quirk is Quirk.URGENT:
                _make_urgent(neighbour, consultation)


def _make_urgent(neighbour: Neighbour, consultation: Consultation) -> None:
    """Something that is not for this consultation, in the partner's own words for it, on the second Sunday evening."""
    if not consultation.redirects:
        neighbour.quirk = None
        return
    neighbour.urgent = consultation.redirects[-1].words[0].rstrip("*")
    start = consultation.opens_at
    sunday = start + timedelta(days=13 - start.weekday())
    if sunday < consultation.closes_at:
        neighbour.arrives_at = sunday.replace(hour=16, minute=30, second=0)
