"""What staff see when they answer a topic or some people: the form, what waits above it, what became of it. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from core.model.charges import Charge
from core.model.consultations import Consultation
from core.model.contributions import Contribution, ContributionState
from core.model.follow_ups import PROGRESS_MOVES, FollowUp, Progress
from core.model.forms import Choice, Field, Form, Pick, When, Write
from core.model.messages import Block, Button, Card, Line, Quote, sentence
from core.rules.calendar import to_utc
from core.rules.plain_text import quoted
from core.rules.readout import cut
from core.rules.specs.course import topic_name
from core.work.cards.digest_layout import ANSWER, HOLD, RELEASE, Voice, action, in_charge
from core.work.follow_up import LONGEST_TEXT

CHOSEN, AND = "@", ","
"""A subject that is one contribution or several begins so, and stands between them; no topic's id begins so."""
NOW, LATER, DRAFT = "now", "later", "draft"
TEXT = "text_"
"""Begins the field of a text; its language follows."""
LONGEST_SHOWN = 1500
MOST_PENDING = 5
_PENDING_ROOM = 200
_AMONG_ROOM = 400
"""Of the words of one contribution among several."""
_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)[ T]+(\d{1,2})(?:[:hH](\d\d)?)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is answered: a topic, or `contributions`. `before`: the newest published answer to each of them, or to the
    topic. `pending`: drafts, and what is planned, each with the number of contributions that it was made for."""

    topic: str
    contributions: Sequence[Contribution]
    before: Sequence[FollowUp | None]
    pending: Sequence[tuple[FollowUp, int]]
    charge: Charge | None

    @property
    def subject(self) -> str:
        return self.topic or chosen_subject([each.id for each in self.contributions])

    @property
    def possible(self) -> frozenset[Progress]:
        """What may be said of all of it now."""
        found = [PROGRESS_MOVES[each.progress if each else Progress.RECEIVED] for each in self.before]
        return frozenset.intersection(*found)


def chosen_subject(contributions: Sequence[str]) -> str:
    return f"{CHOSEN}{AND.join(contributions)}"


def answerable(contribution: Contribution) -> bool:
    """Whether staff can answer this person: somebody is there to be told, and their words were masked."""
    return (
        contribution.citizen is not None
        and contribution.text is not None
        and contribution.state is ContributionState.READ
    )


def answer_form(own: Consultation, asked: Asked, people: int, nonce: str, voice: Voice) -> Card | Form:
    """The form for the next answer; a card when nothing more can be said of it. `people`: how many asked for it."""
    n = len(asked.contributions)
    if not asked.possible:
        over = voice("answer.over", what=_what(own, asked.topic, n, voice))
        return sentence(voice("answer.apart") if n > 1 else over)
    states = tuple(Choice(each.value, voice(f"progress.{each.value}")) for each in Progress if each in asked.possible)
    texts = (
        Write(f"{TEXT}{code}", voice("answer.text", language=code.upper()), LONGEST_TEXT) for code in own.languages
    )
    when = tuple(Choice(each, voice(f"answer.{each}")) for each in (NOW, LATER, DRAFT))
    return Form(
        action(ANSWER, own.id, asked.subject, nonce),
        voice("answer.title" if asked.topic else "answer.title_one" if n == 1 else "answer.title_some"),
        tuple(_above(own, asked, people, voice)),
        (
            Pick("state", voice("answer.state"), states),
            *texts,
            Pick("when", voice("answer.when"), when, chosen=NOW),
            When("at", voice("answer.at"), own.zone),
        ),
        voice("answer.send"),
    )


def _above(own: Consultation, asked: Asked, people: int, voice: Voice) -> Sequence[Block]:
    said = [each.text or "" for each in asked.contributions]
    room = LONGEST_SHOWN if len(said) == 1 else _AMONG_ROOM
    blocks: list[Block] = [Quote(quoted(each, longest=room)) for each in said]
    if asked.topic:
        blocks.append(Line(voice("answer.people", topic=topic_name(own, asked.topic, voice.language), n=people)))
    else:
        blocks.append(Line(voice("answer.person") if len(said) == 1 else voice("answer.persons", n=people)))
    for stands in sorted({each.progress for each in asked.before if each}):
        blocks.append(Line(voice("answer.before", stands=voice(f"progress.{stands.value}"))))
    if asked.charge is not None:
        blocks.append(Line(in_charge(asked.charge.name, voice)))
    for each, n in asked.pending[:MOST_PENDING]:
        text = own.in_language(each.text, voice.language) if each.text else ""
        blocks.append(
            Line(
                " ".join(filter(None, (_waits(own, each, n, voice), cut(text, _PENDING_ROOM)))),
                _deal(own, each, voice),
            )
        )
    return blocks


def again(form: Card | Form, given: Mapping[str, str], missing: str) -> Card | Form:
    """The same form with what was filled in, and a sentence that says what is missing."""
    if isinstance(form, Card):
        return form
    fields = tuple(_filled(each, given.get(each.name, "")) for each in form.fields)
    return replace(form, blocks=(Line(missing), *form.blocks), fields=fields)


def _filled(asked: Field, given: str) -> Field:
    match asked:
        case Write():
            return replace(asked, given=given)
        case When():
            return replace(asked, given=moment_of(given, asked.zone))
        case Pick() if given in {each.id for each in asked.choices}:
            return replace(asked, chosen=given)
        case _:
            return asked


def moment_of(said: str, zone: str) -> datetime | None:
    """`2027-03-12T08:00` on the clocks of `zone`, or an instant with its offset, as an instant; None when it is none.

    Browsers that know no such field let people type: `2027-03-12 8h30` is understood too."""
    found = _MOMENT.fullmatch(said.strip())
    try:
        if found is None:
            instant = datetime.fromisoformat(said.strip())
            return instant.astimezone(UTC) if instant.tzinfo else None
        day, hour, minutes = found.groups()
        return to_utc(datetime.fromisoformat(f"{day} {hour:0>2}:{minutes or '00'}"), zone)
    except (ValueError, OverflowError):
        return None


def answered(own: Consultation, made: FollowUp, n: int, voice: Voice) -> Card:
    """What became of the form, which was about `n` contributions or a topic. How many asked is counted when they are
    told, not here."""
    if made.public:
        stands = voice(f"progress.{made.progress.value}")
        return sentence(voice("answer.published", what=_what(own, made.topic, n, voice), stands=stands))
    return Card((Line(_waits(own, made, n, voice), _deal(own, made, voice)),))


def _waits(own: Consultation, made: FollowUp, n: int, voice: Voice) -> str:
    said = {"what": _what(own, made.topic, n, voice), "stands": voice(f"progress.{made.progress.value}")}
    if made.publish_at is None:
        return voice("answer.drafted", **said)
    return voice("answer.planned", **said, when=voice.coming(made.publish_at, own.zone))


def _deal(own: Consultation, made: FollowUp, voice: Voice) -> tuple[Button, ...]:
    """What can be done with an answer that is not published."""
    release = Button(voice("answer.release"), action(RELEASE, own.id, made.id))
    return (release, Button(voice("answer.hold"), action(HOLD, own.id, made.id))) if made.publish_at else (release,)


def _what(own: Consultation, topic: str, n: int, voice: Voice) -> str:
    """Of what: the topic by its name, or those who wrote `n` contributions, whom nobody names."""
    if topic:
        return voice("answer.topic", topic=topic_name(own, topic, voice.language))
    return voice("answer.chosen", n=n)
