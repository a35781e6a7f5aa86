"""The whole kit of one source, as files: `index.html` shows everything and says what each is for.

index.html                              to open first
code.png  code.svg                      the square alone
poster-a4.fr.pdf  poster-a5.fr.pdf      to print; .png: what it looks like
sms.fr.txt  email.fr.txt  bulletin.fr.txt
"""

from collections.abc import Mapping
from dataclasses import dataclass

from bots.web.kit.code import code_png, code_svg
from bots.web.kit.facts import Facts, facts_of
from bots.web.kit.poster import PAPERS, poster_pdf, poster_png
from bots.web.kit.texts import TextMessage, bulletin, email, text_message
from bots.web.pages import Pages
from core.model.consultations import Consultation, Text
from core.work.ports import Words

PATH = "/p/"


@dataclass(frozen=True, slots=True)
class Kit:
    """`files`: by name. `messages`: the text message in each language, with its length."""

    link: str
    files: Mapping[str, bytes]
    messages: Mapping[str, TextMessage]


def make_kit(
    consultation: Consultation, token: str, label: Text, words: Words, *, web_address: str, public: bool, language: str
) -> Kit:
    """Everything that invites people to come by the source `token`, in every language of the consultation.

    `public`: `web_address` is one that others can reach. `language`: of the page that shows the kit. It takes a second
    or two: nothing of it belongs into the service's own loop.
    """
    link = f"{web_address}{PATH}{token}"
    spoken = [each for each in consultation.languages if each in words.languages] or [words.languages[0]]
    facts = {each: facts_of(consultation, link, label, words, each) for each in spoken}
    messages = {each: text_message(facts[each]) for each in spoken}
    files = {"code.png": code_png(link), "code.svg": code_svg(link)}
    for each, known in facts.items():
        files |= _in_one_language(known, messages[each])
    files["index.html"] = _page(consultation, facts, messages, words, language, link=link, public=public)
    return Kit(link, files, messages)


def _in_one_language(facts: Facts, message: TextMessage) -> dict[str, bytes]:
    language = facts.language
    files = {
        f"sms.{language}.txt": f"{message.text}\n".encode(),
        f"email.{language}.txt": email(facts).encode(),
        f"bulletin.{language}.txt": bulletin(facts).encode(),
        f"poster-a4.{language}.png": poster_png(facts, "a4"),
    }
    return files | {f"poster-{paper}.{language}.pdf": poster_pdf(facts, paper) for paper in PAPERS}


def _page(
    consultation: Consultation,
    facts: Mapping[str, Facts],
    messages: Mapping[str, TextMessage],
    words: Words,
    language: str,
    *,
    link: str,
    public: bool,
) -> bytes:
    shown = facts.get(language) or next(iter(facts.values()))
    page = Pages(words, language).render(
        "kit/index.html",
        language,
        title=consultation.in_language(consultation.title, language),
        source=shown.source,
        link=link,
        public=public,
        papers=PAPERS,
        kits=[
            {"language": each, "message": messages[each], "email": email(known), "bulletin": bulletin(known)}
            for each, known in facts.items()
        ],
    )
    return page.encode()
