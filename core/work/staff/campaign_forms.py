"""The form of a campaign and the lines about one: what stands in them, and what a draft puts back into them."""

import re
from collections.abc import Iterator, Mapping, Sequence

from core.model.campaigns import CampaignState
from core.model.consultations import Consultation, QuestionKind, StepKind
from core.model.deliveries import Day
from core.model.forms import Choice, Form, Pick, Upload, Write
from core.model.messages import Block, Button, Line
from core.rules.calendar import on_wall
from core.storage.consultations import Running
from core.work.cards.digest_layout import Voice

CAMPAIGN = "campaign"
"""What every button and form of a campaign begins with: `campaign:verb:consultation:revision`."""
SHORT, LONG = 300, 3000
LONG_FIELDS = frozenset({"options_1", "options_2", "options_3", "topics", "places", "notice"})
WRITTEN = (
    "title", "why", "decided", "open", "decider", "decided_on", "readers", "reply_by", "opens", "closes",
    "question_1", "options_1", "question_2", "options_2", "question_3", "options_3", "topics", "places", "notice",
)  # fmt: skip
PICKED = ("reminder", "last_call")
FIELD_OF = {"decision": "decider", "reply": "reply_by", "sources": "places", "taxonomy": "topics"}
"""Where a key of the file stands in the form, when it is called otherwise there."""
_KEY = re.compile(r"([«“]\s?)(\w+)(\s?[»”])")
GIVEN = "file"
"""The field of a file that is given back."""
MOST_REMARKS = 8
MOST_LISTED = 12


def campaign_form(action: str, given: Mapping[str, str], voice: Voice, *, mistakes: Sequence[str] = ()) -> Form:
    yes_no = (Choice("yes", voice("campaign.yes")), Choice("no", voice("campaign.no")))
    written = [
        Write(name, voice(f"campaign.field.{name}"), LONG if name in LONG_FIELDS else SHORT, given.get(name, ""))
        for name in WRITTEN
    ]
    picked = [Pick(name, voice(f"campaign.field.{name}"), yes_no, given.get(name) or "yes") for name in PICKED]
    above: list[Block] = [Line(f"• {_as_in_form(each, voice)}") for each in mistakes[:MOST_REMARKS]]
    first = voice("campaign.mistakes") if mistakes else voice("campaign.how")
    fields: tuple[Write | Pick, ...] = (*written, *picked)
    return Form(action, voice("campaign.form"), (Line(first), *above), fields, voice("campaign.send"))


def give_form(action: str, voice: Voice, *, mistakes: Sequence[str] = (), two: bool = False) -> Form:
    """The file, changed elsewhere and given back. `mistakes`: with the lines on which they stand. `two`: a colleague
    puts it in force."""
    said: list[Block] = [Line(f"• {each.removeprefix('consultation.yaml:')}") for each in mistakes[:MOST_REMARKS]]
    how = voice("campaign.give_how_two") if two else voice("campaign.give_how")
    first = voice("campaign.give_mistakes") if mistakes else how
    fields = (Upload(GIVEN, voice("campaign.give_file")),)
    return Form(action, voice("campaign.button.give"), (Line(first), *said), fields, voice("campaign.send"))


def _as_in_form(mistake: str, voice: Voice) -> str:
    """Nobody sees the lines and keys of a file that was never opened: the fields have other names."""
    where, separator, what = mistake.partition(": ")
    said = what if separator and ".yaml:" in where else mistake
    return _KEY.sub(lambda found: f"{found[1]}{_named(found[2], voice)}{found[3]}", said)


def _named(key: str, voice: Voice) -> str:
    name = FIELD_OF.get(key, key)
    return voice(f"campaign.field.{name}") if name in WRITTEN else key


def filled_from(consultation: Consultation, language: str) -> dict[str, str]:
    """What the form said, read back from the draft."""

    def said(text: Mapping[str, str]) -> str:
        return text.get(language) or next(iter(text.values()), "")

    zone = consultation.zone
    given = {
        "title": said(consultation.title),
        "why": said(consultation.why),
        "decided": said(consultation.decided),
        "open": said(consultation.open),
        "decider": said(consultation.decision.who),
        "decided_on": consultation.decision.on.isoformat(),
        "readers": said(consultation.readers.who),
        "reply_by": consultation.reply.by.isoformat(),
        "opens": f"{on_wall(consultation.opens_at, zone):%Y-%m-%d %H:%M}",
        "closes": f"{on_wall(consultation.closes_at, zone):%Y-%m-%d %H:%M}",
        "topics": "\n".join(
            f"{said(each.name)}: {', '.join(each.words)}" if each.words else said(each.name)
            for each in consultation.taxonomy.topics
        ),
        "places": "\n".join(said(each) for each in consultation.sources.values()),
        "notice": said(consultation.notice.more),
        **{kind: "yes" if any(step.kind is StepKind(kind) for step in consultation.steps) else "no" for kind in PICKED},
    }
    for place, question in enumerate(consultation.questions[:3], 1):
        given[f"question_{place}"] = said(question.text)
        if question.kind is not QuestionKind.OPEN:
            given[f"options_{place}"] = "\n".join(said(option.label) for option in question.options)
    return given


def campaign_line(running: Running, consultation: Consultation, voice: Voice, *, waits: bool) -> Line:
    """`waits`: a change of it waits for a second person."""
    said = voice("campaign.one", title=voice.text(consultation.title), state=voice(f"state.{running.state}"))
    own = running.id
    look = Button(voice("campaign.button.look"), f"{CAMPAIGN}:look:{own}")
    return Line(f"{said} · {voice('campaign.one_change')}" if waits else said, (look,))


def campaign_buttons(running: Running, *, refuses: bool, voice: Voice) -> Iterator[Button]:
    verbs = {
        CampaignState.DRAFT: ("edit",) if refuses else ("start", "edit"),
        CampaignState.RUNNING: ("pause", "stop"),
        CampaignState.PAUSED: ("resume", "stop"),
    }.get(running.state, ())
    ended = running.state in (CampaignState.STOPPED, CampaignState.FINISHED)
    for verb in (*verbs, "says", "file", *(() if ended else ("give",))):
        action = f"{CAMPAIGN}:{verb}:{running.id}"
        yield Button(voice(f"campaign.button.{verb}"), f"{action}:{running.revision}" if verb == "start" else action)


def campaign_day(consultation: Consultation, opening: bool) -> Day:
    at = consultation.opens_at if opening else consultation.closes_at
    return Day(on_wall(at, consultation.zone).date(), year=True)
