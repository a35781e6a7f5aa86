"""What every piece of a kit says, in one language: the consultation's own words, cleaned, and where the link leads."""

import re
from dataclasses import dataclass

from core.model.consultations import Consultation, Text
from core.model.deliveries import Day, Param
from core.rules.plain_text import quoted, unbroken
from core.rules.specs.bricks import local_day
from core.work.ports import Words

NAME_ROOM = 60
TITLE_ROOM = 110
SENTENCE_ROOM = 260


@dataclass(frozen=True, slots=True)
class Facts:
    """`link`: the whole address behind the code. `readers`: who reads. Texts are one line each, of limited length."""

    language: str
    partner: str
    title: str
    why: str
    decided: str
    open: str
    decides: str
    decision_on: Day
    decision: str
    replies: str
    reply_by: Day
    closes_on: Day
    counter: str
    readers: str
    questions: int
    link: str
    source: str
    words: Words

    def say(self, key: str, **params: Param) -> str:
        return self.words.say(f"kit.{key}", self.language, params)

    @property
    def short_link(self) -> str:
        """As it is printed: nobody types https://"""
        return re.sub(r"^https?://", "", self.link)


def facts_of(consultation: Consultation, link: str, label: Text, words: Words, language: str) -> Facts:
    def text(said: Text, room: int) -> str:
        return _line(consultation.in_language(said, language), room, language)

    several = "_several" if consultation.decision.several else ""
    read = "_several" if consultation.readers.several else ""
    who = text(consultation.decision.who, NAME_ROOM)
    on = Day(consultation.decision.on)
    return Facts(
        language=language,
        partner=text(consultation.partner.name, NAME_ROOM),
        title=text(consultation.title, TITLE_ROOM),
        why=text(consultation.why, SENTENCE_ROOM),
        decided=text(consultation.decided, SENTENCE_ROOM),
        open=text(consultation.open, SENTENCE_ROOM),
        decides=words.say(f"kit.decides{several}", language, {"who": who}),
        decision_on=on,
        decision=words.say(f"welcome.decision{several}", language, {"who": who, "on": on}),
        replies=text(consultation.reply.service, NAME_ROOM),
        reply_by=Day(consultation.reply.by),
        closes_on=local_day(consultation.closes_at, consultation),
        counter=text(consultation.partner.counter, SENTENCE_ROOM),
        readers=words.say(f"notice.readers{read}", language, {"who": text(consultation.readers.who, NAME_ROOM)}),
        questions=len(consultation.questions),
        link=link,
        source=_line(label.get(language) or next(iter(label.values()), ""), NAME_ROOM, language),
        words=words,
    )


def _line(text: str, room: int, language: str) -> str:
    return unbroken(quoted(text, longest=room), language)
