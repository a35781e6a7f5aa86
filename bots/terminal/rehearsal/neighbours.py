"""Simulated neighbours: who they are, where they came from, and what they do when a message arrives.

    arrives ─▶ agrees ─▶ answers … ─▶ finishes
       │          └─ forgets after the first question ─▶ comes back when reminded, or not
       └─ writes before agreeing · corrects the topic · changes an answer · says STOP

Everything is drawn from one seeded source, once, when a neighbour is made. Nothing they write is anybody's real word.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from core.model.consultations import Consultation, Question, QuestionKind
from core.model.messages import Button, Message, Pressed, Said
from core.rules.dialogue_actions import Verb

Reaction = tuple[datetime, Said | Pressed]


class Habit(StrEnum):
    FINISHES = "finishes"
    FORGETS = "forgets"
    COMES_BACK = "comes back"
    STOPS = "stops"
    CORRECTS = "corrects"


HABITS: Sequence[tuple[Habit, int]] = (
    (Habit.FINISHES, 52),
    (Habit.COMES_BACK, 18),
    (Habit.FORGETS, 17),
    (Habit.CORRECTS, 8),
    (Habit.STOPS, 5),
)
"""Of a hundred neighbours, how many have which habit."""


@dataclass(slots=True)
class Neighbour:
    """One simulated citizen. `sayings`: what they answer to the open question, in one or several messages.

    `patience`: how many questions they answer before the phone goes back into the pocket; None: all of them.
    """

    chat: str
    source: str
    habit: Habit
    language: str
    arrives_at: datetime
    sayings: tuple[str, ...]
    patience: int | None
    chance: random.Random
    messages: int = 0
    asleep: bool = False
    corrected: bool = False

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
        soon = now + timedelta(seconds=self.chance.randint(4, 40))
        question = next((each for each in consultation.questions if self._asks(message, each, consultation)), None)
        if question is not None:
            return self._answers(question, buttons, soon)
        return self._chooses(buttons, soon)

    def _asks(self, message: Message, question: Question, consultation: Consultation) -> bool:
        return consultation.in_language(question.text, self.language) in message.text

    def _reminded(self, buttons: Mapping[str, Sequence[Button]], now: datetime) -> list[Reaction]:
        later = now + timedelta(minutes=self.chance.randint(2, 180))
        if self.habit is Habit.STOPS:
            return [(later, Said("STOP", self._next()))]
        if self.habit is Habit.COMES_BACK:
            self.asleep, self.patience = False, None
            return [(later, self._press(buttons[Verb.GO][0]))]
        return []

    def _answers(self, question: Question, buttons: Mapping[str, Sequence[Button]], soon: datetime) -> list[Reaction]:
        if self.patience == 0:
            self.asleep = True
            return []
        if self.patience is not None and Verb.DONE not in buttons:
            self.patience -= 1
        if question.kind is QuestionKind.OPEN:
            return [
                (soon + timedelta(seconds=3 * place), Said(words, self._next()))
                for place, words in enumerate(self.sayings)
            ]
        for verb in (Verb.DONE, Verb.ANSWER, Verb.TICK):
            if verb in buttons:
                return [(soon, self._press(self.chance.choice(buttons[verb])))]
        return [(soon, Said(str(self.chance.randint(question.low, min(question.high, 8))), self._next()))]

    def _chooses(self, buttons: Mapping[str, Sequence[Button]], soon: datetime) -> list[Reaction]:
        """Agrees, says what the answer was about, and whether the decision may be written to them."""
        if Verb.WRONG_TOPIC in buttons and self.habit is Habit.CORRECTS and not self.corrected:
            self.corrected = True
            wrong = self._press(buttons[Verb.WRONG_TOPIC][0])
            return [(soon, wrong), (soon + timedelta(minutes=2), self._press(buttons[Verb.RESULTS][0]))]
        for verb in (Verb.AGREE, Verb.TOPIC, Verb.DONE):
            if verb in buttons:
                return [(soon, self._press(self.chance.choice(buttons[verb])))]
        if Verb.RESULTS in buttons:
            return [(soon, self._press(buttons[Verb.RESULTS][0 if self.chance.random() < 0.7 else -1]))]
        return []

    def _press(self, button: Button) -> Pressed:
        return Pressed(button.action, self.messages)

    def _next(self) -> int:
        self.messages += 1
        return self.messages


def make_neighbours(
    consultation: Consultation,
    sayings: Mapping[str, Sequence[str]],
    *,
    people: int,
    seed: int,
) -> list[Neighbour]:
    """`people` neighbours who arrive in the first two weeks, by every source, more in the evening than at noon."""
    chance = random.Random(seed)
    sources = list(consultation.sources) or [""]
    weights = [1 / (place + 1) for place in range(len(sources))]
    days = max(2, min(14, (consultation.closes_at - consultation.opens_at).days // 2))
    names, shares = zip(*HABITS, strict=True)
    made = []
    for number in range(people):
        language = "en" if "en" in consultation.languages and chance.random() < 0.1 else consultation.languages[0]
        arrives = consultation.opens_at + timedelta(
            days=chance.randint(0, days), hours=chance.choice((9, 12, 17, 18, 19, 20)), minutes=chance.randint(0, 59)
        )
        said = tuple(part.strip() for part in chance.choice(list(sayings[language])).split("|"))
        habit = chance.choices(names, shares)[0]
        made.append(
            Neighbour(
                chat=f"neighbour-{number}",
                source=chance.choices(sources, weights)[0],
                habit=habit,
                language=language,
                arrives_at=arrives,
                sayings=said,
                patience=None if habit in (Habit.FINISHES, Habit.CORRECTS) else 1,
                chance=random.Random(chance.random()),
            )
        )
    return sorted(made, key=lambda neighbour: neighbour.arrives_at)
