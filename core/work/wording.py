"""From keys and values to the message that somebody reads: in their language, and a card also as plain text."""

from collections.abc import Sequence

from core.model.deliveries import Phrase, Spec
from core.model.messages import Button, Card, Heading, Line, Message, Note, Quote
from core.rules.readout import cut
from core.work.ports import Words

MESSAGE_ROOM = 1200
"""Characters of a message that staff are shown."""


def spec_message(spec: Spec, language: str, words: Words, *, reference: str = "") -> Message:
    """Phrases one after the other in one bubble, rows of buttons under it."""
    text = say(spec.phrases, language, words)
    buttons = tuple(
        tuple(Button(say((button.phrase,), language, words), button.action, button.link) for button in row)
        for row in spec.buttons
    )
    return Message(text, buttons, reference=reference)


def shown_message(spec: Spec, language: str, words: Words) -> Quote:
    """As staff look at it before it is sent: its words, and its buttons below."""
    message = spec_message(spec, language, words)
    labels = " ".join(f"[{button.label}]" for row in message.buttons for button in row)
    return Quote(cut(message.text, MESSAGE_ROOM), labels)


def card_message(card: Card, *, reference: str = "", language: str = "") -> Message:
    """A rich message with its plain form."""
    return Message(card_text(card), card=card, reference=reference, language=language)


def say(phrases: Sequence[Phrase], language: str, words: Words) -> str:
    said = (words.say(phrase.key, language, phrase.params) for phrase in phrases)
    return " ".join(part for part in said if part).replace("\n ", "\n").strip()


def card_text(card: Card) -> str:
    """The same facts without any markup, for logs of the terminal, e-mail and screen readers."""
    lines: list[str] = []
    for block in card.blocks:
        match block:
            case Heading(text=text):
                lines.append(text)
            case Line(text=text, buttons=buttons):
                lines.append(text + "".join(f" [{button.label}]" for button in buttons))
            case Quote(text=text, note=note, buttons=buttons):
                said = " ".join(text.split())
                after = f" · {note}" if note else ""
                lines.append(f"  « {said} »{after}" + "".join(f" [{button.label}]" for button in buttons))
            case Note(text=text):
                lines.append(text)
    return "\n".join(lines)
