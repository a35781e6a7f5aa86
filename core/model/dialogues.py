"""A dialogue: where one citizen stands in one consultation, and what one event makes of it.

    offered ──▶ asking ──▶ results ──▶ finished
       │  ▲       │ ▲         │
       ▼  │       ▼ │         ▼
    declined    paused      (every stage) ──▶ stopped ──▶ back to where it was

`offered`: the notice was shown, nothing counts yet. `asking`: at question `position`. `results`: all questions are
done, "write you the decision?" waits for its tap. `finished`: done. `declined`: under age, or said no.
`paused`: "later". `stopped`: said STOP.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from core.model.deliveries import Spec
from core.model.ids import CitizenId, ConsultationId, DialogueId
from core.model.messages import Media
from core.model.people import Purpose
from core.model.satisfaction import Satisfied

SILENCE = timedelta(seconds=10)
"""A contribution in several messages is whole after this much silence."""


class Stage(StrEnum):
    OFFERED = "offered"
    ASKING = "asking"
    RESULTS = "results"
    FINISHED = "finished"
    DECLINED = "declined"
    PAUSED = "paused"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Held:
    """Text that came before its question (before consent, or at a question with buttons). Kept 24 h at most."""

    text: str
    message_id: int
    at: datetime


class Asked(StrEnum):
    """What was just asked beside the questions, and a typed "oui" or "non" answers: to erase everything, to leave."""

    ERASE = "erase"
    LEAVE = "leave"


@dataclass(frozen=True, slots=True)
class Dialogue:
    """`version` is saved by compare-and-swap. `position` counts questions from 0.

    `open_question`: the id of the open question whose contribution still takes parts, None when none does.
    `elapses_at`: when an `Elapsed` event is due. `answered`: question id → option ids, a number, or "" for an open
    question that has at least one part. `choosing`: options ticked so far at a question with several choices.
    `offered_topics`: topic ids shown behind "Ce n'est pas ça". `filed`: the topic named in the quiet line.
    `asides`: message id (as text) → open question id, for texts that were urgent and kept out of the contribution.
    `agreed_at` and `notice_version`: when this person agreed, and to which notice (0: never). `finished_at`: when the
    last question was done, set when `results` begins. `not_interested`: no reminder for this consultation.
    `postponed_to`: the moment they chose last for a message of ours. `asked_why`: the short name of the follow-up of
    which they just said whether it answers them, while what they write next says why; `explained`: they began to.
    `asked`: what their next word says yes or no to, beside the questions.
    """

    id: DialogueId
    citizen: CitizenId
    consultation: ConsultationId
    revision: int
    language: str
    source: str
    stage: Stage
    started_at: datetime
    position: int = 0
    version: int = 0
    open_question: str | None = None
    elapses_at: datetime | None = None
    answered: Mapping[str, str] = field(default_factory=dict)
    skipped: frozenset[str] = frozenset()
    choosing: tuple[str, ...] = ()
    held: tuple[Held, ...] = ()
    notice_version: int = 0
    results_wanted: bool | None = None
    resume_stage: Stage | None = None
    agreed_at: datetime | None = None
    finished_at: datetime | None = None
    last_at: datetime | None = None
    offered_topics: tuple[str, ...] = ()
    filed: str | None = None
    asides: Mapping[str, str] = field(default_factory=dict)
    not_interested: bool = False
    postponed_to: datetime | None = None
    asked_why: str | None = None
    explained: bool = False
    asked: Asked | None = None


@dataclass(frozen=True, slots=True)
class Elapsed:
    """The silence after an open answer is over."""


@dataclass(frozen=True, slots=True)
class Filed:
    """The contribution was tagged: `Setting.topics` says where, for those who have not been told."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What the dialogue may know beyond its own row, loaded by intake before `advance`.

    `open_now`: the consultation runs and its closing date has not passed. `topics`: topic ids of this dialogue's
    tagged contribution, most certain first, only those above the confidence bar; () while not tagged.
    `finished_count`: how many finished so far (said from 30 on). `others`: (consultation id, title) of the partner's
    other running consultations. `stopped`: this citizen said STOP to this partner before. `agreed_before`: they agreed
    to the notice of some consultation of this partner. `zone`: their time zone. `closings`: when each running
    consultation of the partner closes, by its id.
    """

    open_now: bool = True
    topics: tuple[str, ...] = ()
    finished_count: int = 0
    others: tuple[tuple[str, str], ...] = ()
    stopped: bool = False
    agreed_before: bool = False
    zone: str = "Europe/Paris"
    closings: Mapping[str, datetime] = field(default_factory=dict)


# ── effects: what intake must do besides saving the dialogue ─────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Reply:
    """Say this. Several replies of one turn leave in order."""

    spec: Spec


@dataclass(frozen=True, slots=True)
class Answer:
    """A closed question was answered; `value`: option ids joined by "," or a number. A later one replaces it."""

    question: str
    value: str


@dataclass(frozen=True, slots=True)
class Unanswer:
    """The person took an answer back: a closed answer (Back, then Skip), or all of a contribution ("mes réponses")."""

    question: str


@dataclass(frozen=True, slots=True)
class AddPart:
    """One more message of the contribution to `question`; safe at once, masked and tagged when whole."""

    question: str
    text: str
    message_id: int
    forwarded: bool = False


@dataclass(frozen=True, slots=True)
class EditPart:
    """The person edited a message; storage finds the part it was, if it was one."""

    text: str
    message_id: int


@dataclass(frozen=True, slots=True)
class Whole:
    """No more parts for now: mask and tag the contribution to `question`."""

    question: str


@dataclass(frozen=True, slots=True)
class GiveConsent:
    purpose: Purpose
    notice_version: int


@dataclass(frozen=True, slots=True)
class RevokeConsent:
    purpose: Purpose


@dataclass(frozen=True, slots=True)
class OptOut:
    """STOP: nothing is pushed to this citizen any more, by this partner."""


@dataclass(frozen=True, slots=True)
class OptIn:
    """They came back by themselves."""


@dataclass(frozen=True, slots=True)
class SetLanguage:
    language: str


@dataclass(frozen=True, slots=True)
class Alert:
    """A person must read this within a minute. `redirect`: the id of the redirect met, or of a built-in one.

    The text is kept as a contribution apart (state `hidden`, out of every figure) so that staff can open it, masked.
    """

    redirect: str
    text: str
    message_id: int
    serious: bool


@dataclass(frozen=True, slots=True)
class Reclaim:
    """ "C'était ma réponse": the redirected text (by its message id) is an answer after all, `asides` says to what."""

    message_id: int


@dataclass(frozen=True, slots=True)
class Correct:
    """The citizen says what the contribution to the open question is about; `topic` None: none of those shown."""

    topic: str | None


@dataclass(frozen=True, slots=True)
class CountMedia:
    media: Media


@dataclass(frozen=True, slots=True)
class ShowAnswers:
    """ "mes réponses": intake loads and lists them, with what can be done."""


@dataclass(frozen=True, slots=True)
class ShowFollowUps:
    """/suivi: intake says of each of their contributions where it stands."""


@dataclass(frozen=True, slots=True)
class Rate:
    """Does that follow-up (by its short name) answer them? Intake says thanks. `again`: the press comes right after
    another one, and is not answered when it says the same."""

    follow_up: str
    satisfied: Satisfied
    again: bool


@dataclass(frozen=True, slots=True)
class Explain:
    """Why it answers them or not, in their own words: masked like every text, and no contribution."""

    follow_up: str
    text: str
    message_id: int


@dataclass(frozen=True, slots=True)
class ExportMine:
    """/mesdonnees: everything we hold about this person, as text messages."""


@dataclass(frozen=True, slots=True)
class Erase:
    """Confirmed: everything of this citizen goes, now."""


@dataclass(frozen=True, slots=True)
class ListConsultations:
    """/consultations: what runs now, as buttons."""


@dataclass(frozen=True, slots=True)
class AskInvitations:
    """ "invitations": may we write when the next consultation opens? Intake knows what they said before."""


@dataclass(frozen=True, slots=True)
class SwitchTo:
    """Continue in (or open) another consultation of the same partner."""

    consultation: str


@dataclass(frozen=True, slots=True)
class Postpone:
    """One message about this consultation at a moment that the person chose, instead of the one they chose before."""

    consultation: str
    at: datetime


Effect = (
    Reply
    | Answer
    | Unanswer
    | AddPart
    | EditPart
    | Whole
    | GiveConsent
    | RevokeConsent
    | OptOut
    | OptIn
    | SetLanguage
    | Alert
    | Reclaim
    | Correct
    | CountMedia
    | ShowAnswers
    | ShowFollowUps
    | Rate
    | Explain
    | ExportMine
    | Erase
    | ListConsultations
    | AskInvitations
    | SwitchTo
    | Postpone
)


@dataclass(frozen=True, slots=True)
class Turn:
    """The dialogue after the event, and what must be done besides, in order."""

    dialogue: Dialogue
    effects: tuple[Effect, ...] = ()
