"""What is said in the course of a consultation, before it has words: the welcome, the questions, the thanks.

A `Spec` is message keys with their parameters and rows of buttons; the consultation's own texts travel as parameters.
Also used by the preview. What is said outside of that course stands in `service`.
"""

from collections.abc import Sequence

from core.model.consultations import Consultation, Question, QuestionKind
from core.model.deliveries import Day, Phrase, Span, Spec
from core.rules.specs.actions import NO, OTHER, YES, Verb, question_reference, reference, written, written_alone
from core.rules.specs.bricks import NOTHING_SAID, Buttons, button, own, own_if, phrase, rows_of
from core.rules.specs.events import event_buttons, when_and_where

SAID_FROM = 30
"""How many must have finished before it is said how many did: fewer would not encourage, and could single out."""

MOST_TOPICS = 6
_SCALE_ROW = 5
_LONGEST_SCALE = 20

# ── the welcome ──────────────────────────────────────────────────────────────────────────────────────────────────────


def welcome_specs(consultation: Consultation, language: str, *, finished_count: int = 0) -> tuple[Spec, ...]:
    """Three messages before anything is asked: what is open, who decides and answers when, who reads; then the tap."""
    said = consultation.in_language
    hello = phrase(
        "welcome.hello",
        why=said(consultation.why, language),
        decided=said(consultation.decided, language),
        open=said(consultation.open, language),
    )
    many = (phrase("welcome.answered", n=finished_count),) if finished_count >= SAID_FROM else ()
    return (
        Spec((hello, *own_if(consultation, consultation.why_you, language), *many)),
        Spec((decision_phrase(consultation, language), phrase("welcome.reply", by=Day(consultation.reply.by)))),
        notice_spec(consultation, language),
    )


def notice_spec(consultation: Consultation, language: str, *, before: Sequence[Phrase] = ()) -> Spec:
    """Who reads, for how long, what may be erased; then the buttons of consent."""
    return Spec(
        (
            *before,
            readers_phrase(consultation, language),
            phrase("notice.kept", span=Span(consultation.retention.contributions.days)),
        ),
        consent_buttons(consultation),
    )


def consent_spec(consultation: Consultation, *, before: Sequence[Phrase]) -> Spec:
    """The buttons of consent once more, without the whole notice."""
    return Spec(tuple(before), consent_buttons(consultation))


def consent_buttons(consultation: Consultation) -> Buttons:
    age = consultation.notice.minimum_age
    agree = written(Verb.AGREE, consultation, str(consultation.notice.version))
    return (
        (button("consent.agree", agree, age=age),),
        (button("consent.young", written(Verb.YOUNG, consultation), age=age),),
        (button("consent.more", written(Verb.MORE, consultation)),),
    )


def readers_phrase(consultation: Consultation, language: str) -> Phrase:
    key = "notice.readers_several" if consultation.readers.several else "notice.readers"
    return phrase(key, who=consultation.in_language(consultation.readers.who, language))


def decision_phrase(consultation: Consultation, language: str) -> Phrase:
    key = "welcome.decision_several" if consultation.decision.several else "welcome.decision"
    who = consultation.in_language(consultation.decision.who, language)
    return phrase(key, who=who, on=Day(consultation.decision.on))


# ── the questions ────────────────────────────────────────────────────────────────────────────────────────────────────


def question_spec(
    consultation: Consultation,
    position: int,
    language: str,
    *,
    before: Sequence[Phrase] = (),
    kept: str | None = None,
    answer: str = "",
    chosen: Sequence[str] = (),
    brief: bool = False,
) -> Spec:
    """Question number `position` (from 0) with its buttons.

    `before`: what is said first, in the same bubble. `kept`: the person wrote something for this open question already
    ("" when it is not to be repeated). `answer`: the answer in words that is being looked at again. `chosen`: options
    ticked so far. `brief`: only its number and its buttons, for those who have just read it.
    """
    question = consultation.questions[position]
    if brief:
        asked: tuple[Phrase, ...] = (
            phrase("question.still", position=position + 1, total=len(consultation.questions)),
        )
    else:
        asked = (*_asked(consultation, position, language), *_hints(consultation, question, language))
    if kept is not None:
        asked += (phrase("question.kept", text=kept) if kept else phrase("question.kept_before"),)
    if answer:
        asked += (phrase("question.answered", answer=answer),)
    if chosen:
        labels = [consultation.in_language(each.label, language) for each in question.options if each.id in chosen]
        asked += (phrase("question.chosen", options=", ".join(labels)),)
    buttons = question_buttons(consultation, question, language, chosen=chosen, kept=kept is not None, answer=answer)
    return Spec((*before, *asked), buttons)


def chosen_spec(consultation: Consultation, question: Question, language: str, chosen: Sequence[str]) -> Spec:
    """What is ticked so far at a question with several choices, and what may still be."""
    labels = [consultation.in_language(each.label, language) for each in question.options if each.id in chosen]
    said = phrase("question.chosen", options=", ".join(labels)) if labels else phrase("question.none_chosen")
    return Spec((said,), question_buttons(consultation, question, language, chosen=chosen))


def question_buttons(
    consultation: Consultation,
    question: Question,
    language: str,
    *,
    chosen: Sequence[str] = (),
    kept: bool = False,
    answer: str = "",
) -> Buttons:
    """The rows under a question. An open question has none, unless something is kept for it already."""
    asked = question_reference(consultation, question)
    done = ((button("question.done", written(Verb.DONE, consultation, asked)),),)
    if question.kind is QuestionKind.OPEN:
        return ((button("question.enough", written(Verb.DONE, consultation, asked)),),) if kept else ()
    keep = ((button("question.keep", written(Verb.KEEP, consultation, asked)),),) if answer and not chosen else ()
    skip = ((button("question.skip", written(Verb.SKIP, consultation, asked)),),)
    match question.kind:
        case QuestionKind.SCALE if question.high - question.low < _LONGEST_SCALE:
            return (*_scale_rows(consultation, question, asked), *keep, *skip)
        case QuestionKind.SCALE | QuestionKind.NUMBER:
            return (*keep, *skip)
        case QuestionKind.EVENT:
            return (*event_buttons(consultation, question), *keep, *skip)
        case QuestionKind.SEVERAL:
            options = _tick_rows(consultation, question, asked, language, chosen)
            return (*options, *done) if chosen else (*options, *keep, *skip)
        case _:
            return (*_option_rows(consultation, question, asked, language), *keep, *skip)


def _asked(consultation: Consultation, position: int, language: str) -> tuple[Phrase, ...]:
    text = consultation.in_language(consultation.questions[position].text, language)
    total = len(consultation.questions)
    if total == 1:
        return (own(text),)
    return (phrase("question.asked", position=position + 1, total=total, text=text),)


def _hints(consultation: Consultation, question: Question, language: str) -> tuple[Phrase, ...]:
    hint = own_if(consultation, question.hint, language)
    low = consultation.in_language(question.low_label, language)
    high = consultation.in_language(question.high_label, language)
    match question.kind:
        case QuestionKind.OPEN:
            return hint or (phrase("question.open_hint"),)
        case QuestionKind.SEVERAL:
            return hint or (
                phrase("question.at_most", n=question.most) if question.most else phrase("question.several_hint"),
            )
        case QuestionKind.EVENT if question.event is not None:
            return (*when_and_where(consultation, question.event, language), *hint)
        case QuestionKind.SCALE if low and high:
            ends = phrase(
                "question.scale", low=str(question.low), low_label=low, high=str(question.high), high_label=high
            )
            return (ends, *hint)
        case QuestionKind.SCALE:
            return (phrase("question.scale_bare", low=str(question.low), high=str(question.high)), *hint)
        case _:
            return hint


def _option_rows(consultation: Consultation, question: Question, asked: str, language: str) -> Buttons:
    ids = [option.id for option in question.options]
    labels = [consultation.in_language(option.label, language) for option in question.options]
    return rows_of(
        (label, button("text.own", written(Verb.ANSWER, consultation, asked, reference(option, ids)), text=label))
        for option, label in zip(ids, labels, strict=True)
    )


def _tick_rows(
    consultation: Consultation, question: Question, asked: str, language: str, chosen: Sequence[str]
) -> Buttons:
    ids = [option.id for option in question.options]
    rows = []
    for option in question.options:
        label = consultation.in_language(option.label, language)
        verb, key = (Verb.UNTICK, "question.ticked") if option.id in chosen else (Verb.TICK, "text.own")
        rows.append((label, button(key, written(verb, consultation, asked, reference(option.id, ids)), text=label)))
    return rows_of(rows)


def _scale_rows(consultation: Consultation, question: Question, asked: str) -> Buttons:
    points = [
        button("text.own", written(Verb.ANSWER, consultation, asked, str(value)), text=str(value))
        for value in range(question.low, question.high + 1)
    ]
    return tuple(tuple(points[at : at + _SCALE_ROW]) for at in range(0, len(points), _SCALE_ROW))


# ── the end ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def thanks_spec(
    consultation: Consultation, language: str, *, before: Sequence[Phrase] = (), filed: str | None = None
) -> Spec:
    """After the last question: thanks, where the answer was filed when that is sure, "write you the decision?"."""
    said = (*before, phrase("thanks.finished"))
    line = Spec(()) if filed is None else filed_spec(consultation, language, filed)
    return Spec((*said, *line.phrases, phrase("results.asked")), (*line.buttons, *results_buttons(consultation)))


def filed_spec(consultation: Consultation, language: str, topic: str) -> Spec:
    """The quiet line: where the answer was filed, and a way to say that it is wrong."""
    said = phrase("thanks.filed", topic=topic_name(consultation, topic, language))
    return Spec((said,), ((button("thanks.not_that", written(Verb.WRONG_TOPIC, consultation)),),))


def results_spec(consultation: Consultation, *, before: Sequence[Phrase] = ()) -> Spec:
    """Only "write you the decision?"."""
    return Spec((*before, phrase("results.asked")), results_buttons(consultation))


def results_buttons(consultation: Consultation) -> Buttons:
    yes = button("results.yes", written(Verb.RESULTS, consultation, YES))
    no = button("results.no", written(Verb.RESULTS, consultation, NO))
    return ((yes, no),)


def results_noted_spec(consultation: Consultation, *, wanted: bool) -> Spec:
    first = phrase("results.promised", by=Day(consultation.reply.by)) if wanted else phrase("results.declined")
    return Spec((first, phrase("results.words")))


def topics_spec(consultation: Consultation, topics: Sequence[str], language: str) -> Spec:
    """ "Ce n'est pas ça": what the answer may be about, at most six, and another thing."""
    ids = [topic.id for topic in consultation.topics]
    names = [(topic_name(consultation, topic, language), topic) for topic in topics if topic in ids]
    shown = rows_of(
        (name, button("text.own", written(Verb.TOPIC, consultation, reference(topic, ids)), text=name))
        for name, topic in names
    )
    other = button("topics.other", written(Verb.TOPIC, consultation, OTHER))
    return Spec((phrase("topics.asked"),), (*shown, (other,)))


def topic_name(consultation: Consultation, topic: str, language: str) -> str:
    names = (each.name for each in consultation.topics if each.id == topic)
    return consultation.in_language(next(names, {}), language) or topic


# ── which consultation ───────────────────────────────────────────────────────────────────────────────────────────────


def consultations_spec(
    consultations: Sequence[Consultation], language: str, *, invitations: Spec = NOTHING_SAID
) -> Spec:
    """What runs now, one button each, and the `invitations` to what comes."""
    titles = [(each.id, each.in_language(each.title, language)) for each in consultations]
    now = choice_spec(titles) if titles else nothing_running_spec(language)
    return Spec((*now.phrases, *invitations.phrases), (*now.buttons, *invitations.buttons))


def choice_spec(titles: Sequence[tuple[str, str]], *, before: Sequence[Phrase] = ()) -> Spec:
    """(consultation id, title) as buttons, one a row: titles are long."""
    rows = tuple(
        (button("text.own", written_alone(Verb.SWITCH, consultation=identity), text=title),)
        for identity, title in titles
    )
    return Spec((*before, phrase("consultations.asked")), rows)


def nothing_running_spec(_language: str) -> Spec:
    return Spec((phrase("consultations.none"),))
