"""The words of a kit: a text message, an e-mail, a paragraph for the bulletin. Plain text, ready to copy."""

from dataclasses import dataclass

from bots.web.kit.facts import Facts
from bots.web.kit.gsm import Size, size, spelled
from core.rules.readout import cut

SHORTEST_TITLE = 12


@dataclass(frozen=True, slots=True)
class TextMessage:
    text: str
    size: Size

    @property
    def fits(self) -> bool:
        """In one message."""
        return self.size.parts == 1


def text_message(facts: Facts) -> TextMessage:
    """One message where there is any way to make it one: the title is cut, then left out, then the rest.

    The letters are those of GSM as far as it goes, since one "ê" would leave room for 70 signs only.
    """
    title, partner = spelled(facts.title), spelled(facts.partner)
    tried = [
        *(
            _sms(facts, "sms.text", title=cut(title, room), partner=partner)
            for room in range(len(title), SHORTEST_TITLE - 1, -1)
        ),
        _sms(facts, "sms.short", partner=cut(partner, 40)),
        _sms(facts, "sms.shortest"),
    ]
    return next((each for each in tried if each.fits), tried[-1])


def _sms(facts: Facts, key: str, **params: str) -> TextMessage:
    said = spelled(facts.say(key, on=facts.closes_on, link="\x11", **params).replace("\x11", "@LINK@"))
    text = said.replace("@LINK@", facts.link)
    return TextMessage(text, size(text))


def email(facts: Facts) -> str:
    """The subject on the first line, then the body."""
    paragraphs = [
        facts.say("email.hello"),
        _sentences(facts.why, facts.decided, facts.open),
        f"{facts.say('email.answer', n=facts.questions)}\n{facts.link}",
        facts.say("email.counter", counter=facts.counter) if facts.counter else "",
        _sentences(
            facts.say("email.after", on=facts.closes_on),
            facts.decision,
            facts.say("email.reply", service=facts.replies, by=facts.reply_by),
        ),
        facts.readers,
        facts.partner,
    ]
    subject = facts.say("email.subject", title=facts.title)
    return "\n\n".join([subject, *(each for each in paragraphs if each)]) + "\n"


def bulletin(facts: Facts) -> str:
    """One paragraph under a heading."""
    paragraph = _sentences(
        facts.why,
        facts.decided,
        facts.open,
        facts.say("bulletin.answer", n=facts.questions, on=facts.closes_on, link=facts.short_link),
        facts.say("bulletin.counter", counter=facts.counter) if facts.counter else "",
        facts.decision,
        facts.say("email.reply", service=facts.replies, by=facts.reply_by),
    )
    return f"{facts.say('bulletin.heading', title=facts.title)}\n\n{paragraph}\n"


def _sentences(*sentences: str) -> str:
    return " ".join(each for each in sentences if each)
