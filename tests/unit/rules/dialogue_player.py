"""Plays a person against the dialogue: types, presses what was shown, waits. The words are the real ones."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache

from config.locale import Catalogue
from core.model.consultations import Consultation
from core.model.dialogues import Dialogue, Effect, Elapsed, Filed, Reply, Setting, Stage, Turn
from core.model.ids import CitizenId, ConsultationId, DialogueId
from core.model.messages import Button, Event, Message, Pressed, Said, Started
from core.rules.dialogue import advance, begin
from core.work.wording import spec_message
from tests.samples import sample

NOW = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)


@cache
def example(name: str) -> Consultation:
    return sample(name)


@cache
def catalogue() -> Catalogue:
    return Catalogue()


def fresh(consultation: Consultation, *, language: str = "fr", now: datetime = NOW) -> Dialogue:
    return Dialogue(
        id=DialogueId("dialogue"),
        citizen=CitizenId("citizen"),
        consultation=ConsultationId(consultation.id),
        revision=consultation.revision,
        language=language,
        source="affiche-piscine",
        stage=Stage.OFFERED,
        started_at=now,
    )


@dataclass
class Player:
    """One person in one consultation. `did`: effects of the last event but replies; `shown`: its messages."""

    consultation: Consultation = field(default_factory=lambda: example("piscine"))
    setting: Setting = field(default_factory=Setting)
    language: str = "fr"
    now: datetime = NOW
    dialogue: Dialogue = field(init=False)
    shown: list[Message] = field(default_factory=list)
    did: list[Effect] = field(default_factory=list)
    log: list[Effect] = field(default_factory=list)
    buttons: list[Button] = field(default_factory=list)
    message_id: int = 0
    opened: bool = False

    def __post_init__(self) -> None:
        self.dialogue = fresh(self.consultation, language=self.language, now=self.now)

    def begin(self) -> "Player":
        self.opened = True
        self._take(begin(self.dialogue, self.consultation, self.setting, now=self.now))
        return self

    def event(self, event: Event | Elapsed | Filed) -> "Player":
        self._take(advance(self.dialogue, event, self.consultation, self.setting, now=self.now))
        return self

    def says(self, *texts: str) -> "Player":
        for text in texts:
            self.message_id += 1
            self.event(Said(text, self.message_id))
        return self

    def starts(self, payload: str = "") -> "Player":
        return self.event(Started(payload))

    def presses(self, label: str) -> "Player":
        """The newest button with that label."""
        found = next((each for each in reversed(self.buttons) if _spaced(each.label) == label), None)
        assert found is not None, f"no button {label!r} was shown, only {[each.label for each in self.buttons]}"
        return self.press(found.action)

    def press(self, action: str) -> "Player":
        self.message_id += 1
        return self.event(Pressed(action, self.message_id))

    def waits(self, seconds: float) -> "Player":
        """Time passes; a silence that ends meanwhile is noticed."""
        self.now += timedelta(seconds=seconds)
        self.shown, self.did = [], []
        if self.dialogue.elapses_at is not None and self.dialogue.elapses_at <= self.now:
            self.event(Elapsed())
        return self

    def agrees(self) -> "Player":
        return self.begin().presses("J'ai 15 ans ou plus et j'accepte").waits(60)

    def settings(self, **changes: object) -> "Player":
        self.setting = replace(self.setting, **changes)  # type: ignore[arg-type]  # fields of Setting, by name
        return self

    @property
    def text(self) -> str:
        """All that was said at the last event."""
        return "\n".join(_spaced(message.text) for message in self.shown)

    @property
    def labels(self) -> list[str]:
        return [_spaced(button.label) for message in self.shown for row in message.buttons for button in row]

    def of(self, kind: type[Effect]) -> list[Effect]:
        """Every effect of one kind so far."""
        return [effect for effect in self.log if isinstance(effect, kind)]

    def _take(self, turn: Turn) -> None:
        self.dialogue = turn.dialogue
        language = turn.dialogue.language
        self.shown = [
            spec_message(each.spec, language, catalogue()) for each in turn.effects if isinstance(each, Reply)
        ]
        self.did = [each for each in turn.effects if not isinstance(each, Reply)]
        self.log += turn.effects
        self.buttons += [button for message in self.shown for row in message.buttons for button in row]


def _spaced(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")
