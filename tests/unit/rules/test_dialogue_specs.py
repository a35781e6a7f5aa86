"""Every key that is said has words in every language, every button fits, every step speaks in the town's name."""

import ast
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from core.model.consultations import Consultation, Moment, Question, QuestionKind, Step, StepKind
from core.model.deliveries import Spec
from core.model.messages import Message
from core.rules.intents import MENU
from core.rules.plain_text import pieces, quoted
from core.rules.specs import course, own_data, service
from core.rules.specs.actions import MOST_BYTES, Action, Verb, meant, read, reference, tag_of, written
from core.rules.specs.own_data import GivenAnswer, Holding
from core.rules.specs.steps import questions_left, step_spec
from core.rules.turn.typed import OutOfRange, typed_answer
from core.work.wording import spec_message
from tests.unit.rules.dialogue_player import NOW, Player, catalogue, example

RULES = Path(course.__file__).parents[1]
OURS = ("dialogue.py", "turn/*.py", "specs/*.py", "floods.py", "intents.py", "redirects*.py")
LOCALES = Path(__file__).parents[3] / "config" / "locales"


def message(spec: Spec, language: str) -> Message:
    return spec_message(spec, language, catalogue())


def keys_said() -> set[str]:
    """Every text of the dialogue's modules that looks like a key."""
    found: set[str] = set()
    for pattern in OURS:
        for path in RULES.glob(pattern):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                text = node.value if isinstance(node, ast.Constant) else None
                if isinstance(text, str) and re.fullmatch(r"[a-z_]+\.[a-z_]+", text):
                    found.add(text)
    return found


@pytest.mark.parametrize("language", ["fr", "en"])
def test_what_is_said_and_what_has_words_are_the_same(language: str) -> None:
    words = (LOCALES / language / "citizen.po").read_text(encoding="utf-8")
    assert keys_said() == set(re.findall(r'^msgid "([^"]+)"', words, re.MULTILINE))


def test_sentences_are_short() -> None:
    """Twelve words are the aim; none is longer than sixteen."""
    for key in keys_said():
        if catalogue().places(key) or key.startswith("help."):
            continue
        for sentence in re.split(r"[.!?:]\s|\n", catalogue().say(key, "fr")):
            assert len(sentence.split()) <= 16, (key, sentence)


@pytest.mark.parametrize("name", ["piscine", "bibliotheque"])
@pytest.mark.parametrize("language", ["fr", "en"])
def test_everything_can_be_said_within_what_a_platform_takes(name: str, language: str) -> None:
    consultation = example(name)
    said = [
        *course.welcome_specs(consultation, language, finished_count=30),
        *(course.question_spec(consultation, place, language) for place in range(len(consultation.questions))),
        course.thanks_spec(consultation, language, filed=consultation.taxonomy.topics[0].id),
        course.topics_spec(consultation, [topic.id for topic in consultation.taxonomy.topics[:6]], language),
        course.consultations_spec([consultation], language),
        course.nothing_running_spec(language),
        own_data.more_spec(consultation, language),
        own_data.privacy_spec(consultation, language, agreed_at=NOW),
        own_data.object_spec(consultation, language),
        own_data.erased_spec(language),
        service.closed_spec(consultation, language, now=consultation.closes_at, lost=True),
        service.why_spec(consultation, language, wanted_results=True, finished=True),
    ]
    for spec in said:
        shown = message(spec, language)
        assert 0 < len(shown.text.encode("utf-16-le")) // 2 <= 4096
        for row in shown.buttons:
            for button in row:
                assert len(button.action.encode()) <= MOST_BYTES
                assert read(button.action) is not None


def test_partners_in_the_plural_are_spoken_of_in_the_plural() -> None:
    piscine = example("piscine")
    consultation = replace(
        piscine,
        readers=replace(piscine.readers, who={"fr": "Les agents"}, several=True),
        decision=replace(piscine.decision, who={"fr": "Les élus"}, several=True),
        notice=replace(piscine.notice, contact={}),
        partner=replace(piscine.partner, counter={}),
    )
    text = "\n".join(message(spec, "fr").text for spec in course.welcome_specs(consultation, "fr"))
    assert "Les élus décident" in text
    assert "Les agents lisent" in text
    assert "Contact" not in message(own_data.more_spec(consultation, "fr"), "fr").text
    assert "personne" in message(service.who_spec(consultation, "fr", go_on=False), "fr").text


# ── buttons ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_long_identities_travel_by_their_place() -> None:
    consultation = replace(example("piscine"), id="a" * 40, revision=999_999_999)
    among = ["court", "une-identite-bien-trop-longue-pour-un-bouton", "deux:points", "é"]
    for identity in among:
        given = reference(identity, among)
        action = written(Verb.NOT_INTERESTED, consultation, given, given)
        assert len(action.encode()) <= MOST_BYTES
        claimed = read(action)
        assert claimed == Action(Verb.NOT_INTERESTED, given, given, 999_999_999, tag_of("a" * 40))
        assert meant(given, among) == identity
    assert meant("#9", among) is None
    assert meant("#-1", among) is None


@pytest.mark.parametrize(
    "raw", ["", "a", "a:b:c:1", "zz:b:c:1:00000000", "a:b:c:x:00000000", "a:b:c:1:0000", "a" * 70, "é:::0:"]
)
def test_what_is_not_ours_is_not_read(raw: str) -> None:
    assert read(raw) is None


def test_many_options_are_packed_in_rows_that_a_phone_shows() -> None:
    piscine = example("piscine")
    options = tuple(
        replace(piscine.questions[0].options[0], id=f"o{n}", label={"fr": f"Quartier {n}"}) for n in range(9)
    )
    consultation = replace(piscine, questions=(replace(piscine.questions[0], options=options),))
    rows = message(course.question_spec(consultation, 0, "fr"), "fr").buttons
    assert [len(row) for row in rows] == [2, 2, 2, 2, 1, 1]


def test_a_long_scale_is_typed_and_a_short_one_is_tapped() -> None:
    scale = Question("note", QuestionKind.SCALE, {"fr": "Note ?"}, low=0, high=10)
    consultation = replace(example("piscine"), questions=(scale, replace(scale, id="loin", high=100)))
    short = message(course.question_spec(consultation, 0, "fr"), "fr")
    assert [len(row) for row in short.buttons] == [5, 5, 1, 1]
    assert "De 0 à 10." in short.text
    assert len(message(course.question_spec(consultation, 1, "fr"), "fr").buttons) == 1


def test_the_only_question_has_no_number() -> None:
    consultation = replace(example("piscine"), questions=example("piscine").questions[:1])
    assert message(course.question_spec(consultation, 0, "fr"), "fr").text.startswith("Vous venez")


# ── typed answers ────────────────────────────────────────────────────────────────────────────────────────────────────


def answered(consultation: Consultation, question: str, text: str) -> object:
    found = consultation.question(question)
    assert found is not None
    return typed_answer(found, text, consultation, "fr")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Parfois", "parfois"), ("PARFOIS !", "parfois"), ("parfoi", "parfois"), ("prafois", "parfois"),
        ("2", "parfois"), ("sometimes", "parfois"), ("chaque semaines", "chaque-semaine"),
        ("jamai", "jamais"), ("0", None), ("4", None),
        ("pas souvent", None), ("jamais de la vie", None), ("", None), ("le", None),
    ],
)  # fmt: skip
def test_an_option_is_understood_as_it_is_typed(text: str, value: str | None) -> None:
    assert answered(example("piscine"), "frequence", text) == value


@pytest.mark.parametrize(("text", "value"), [("au centre", "centre"), ("quartier Bellevue", "bellevue"), ("gar", None)])
def test_a_sector_is_understood_with_its_little_words(text: str, value: str | None) -> None:
    assert answered(example("piscine"), "quartier", text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", "12"), ("douze", None), ("dix", "10"), ("environ 12", "12"), ("12 heures", "12"), ("about ten", "10"),
        ("0", "0"), ("80", "80"), ("81", OutOfRange()), ("-3", OutOfRange()), ("2,5", OutOfRange()),
        ("1 000", OutOfRange()),
        ("9" * 30, OutOfRange()), ("entre 2 et 3", None), ("et aussi 3 nouveaux terrains", None), ("un peu", None),
        ("un", "1"), ("beaucoup", None), ("deux ou trois", None), ("²", None), ("٣", None),
    ],
)  # fmt: skip
def test_a_number_is_understood_as_it_is_typed(text: str, value: object) -> None:
    assert answered(example("bibliotheque"), "heures", text) == value


@pytest.mark.parametrize(
    ("text", "value"), [("4", "4"), ("4/5", "4"), ("4 sur 5", "4"), ("6", OutOfRange()), ("trois", "3")]
)
def test_a_point_on_a_scale_is_understood(text: str, value: object) -> None:
    assert answered(example("bibliotheque"), "calme", text) == value


def test_several_options_are_understood_in_one_message() -> None:
    assert answered(example("bibliotheque"), "jours", "dimanche, samedi") == "samedi,dimanche"
    assert answered(example("bibliotheque"), "jours", "le samedi") == "samedi"
    assert answered(example("bibliotheque"), "jours", "samedi et les vacances") is None


# ── steps, answers, export ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("kind", list(StepKind))
@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_step_is_in_the_towns_name_and_says_why(kind: StepKind, language: str) -> None:
    piscine = example("atelier" if kind is StepKind.EVENT else "piscine")
    shown = message(step_spec(piscine, Step("step", kind, Moment(), event="atelier"), language), language)
    assert shown.text.startswith(piscine.in_language(piscine.partner.name, language))
    claimed = [read(button.action) for row in shown.buttons for button in row]
    verbs = [action.verb for action in claimed if action is not None]
    if kind is StepKind.RESULTS:
        assert verbs == [Verb.WHY, Verb.DO]
    elif kind is StepKind.EVENT:
        assert verbs == [Verb.RSVP, Verb.RSVP, Verb.WHY, Verb.DO]
    else:
        assert verbs == [Verb.GO, Verb.LATER, Verb.NOT_INTERESTED, Verb.WHY]


def test_a_reminder_counts_what_is_left_for_this_person() -> None:
    piscine = example("piscine")
    step = Step("rappel", StepKind.REMINDER, Moment())
    done = Player().agrees().presses("Parfois").dialogue.answered
    assert (
        "Il vous reste 2 questions."
        in message(step_spec(piscine, step, "fr", left=questions_left(piscine, done)), "fr").text
    )
    assert "Il vous reste 3 questions." in message(step_spec(piscine, step, "fr"), "fr").text


def test_the_organisers_words_stand_for_ours() -> None:
    step = Step("rappel", StepKind.REMINDER, Moment(), text={"fr": "La piscine vous attend."})
    assert (
        message(step_spec(example("piscine"), step, "fr"), "fr").text
        == "Ville de Valbrune\N{NO-BREAK SPACE}: La piscine vous attend."
    )


def test_my_answers_come_with_their_buttons_and_long_ones_in_pieces() -> None:
    piscine = example("piscine")
    given = [
        GivenAnswer("frequence", "Vous venez à la piscine…", "Parfois"),
        GivenAnswer("venir", "Qu'est-ce qui…", "mot " * 2000, ("Horaires",)),
        GivenAnswer("gone", "Une question disparue", "x"),
    ]
    shown = [message(spec, "fr") for spec in own_data.answers_specs(piscine, given, "fr")]
    assert all(len(each.text.encode("utf-16-le")) // 2 <= 4096 for each in shown)
    labels = [button.label for each in shown for row in each.buttons for button in row]
    assert labels == ["Changer", "Effacer", "Changer", "Effacer", "Tout recevoir", "Tout effacer"]
    assert "Horaires" in "".join(each.text for each in shown)
    nothing = own_data.answers_specs(piscine, [], "fr")
    assert "encore rien répondu" in message(nothing[0], "fr").text


def test_an_export_says_everything_in_as_many_messages_as_it_takes() -> None:
    holdings = [Holding("contribution", f"{n} " + "x" * 900, date(2026, 11, 24)) for n in range(12)]
    holdings += [Holding("language", "fr"), Holding("unheard of", "z" * 7000)]
    shown = [message(spec, "fr") for spec in own_data.export_specs(holdings)]
    everything = "".join(each.text for each in shown)
    assert all(f"{n} xxx" in everything for n in range(12))
    assert everything.count("z") >= 7000
    assert "24 novembre 2026" in everything
    assert all(len(each.text) <= 4096 for each in shown)


def test_quotes_and_pieces_lose_nothing_that_matters() -> None:
    assert quoted("a\u202eb\nc" + "z\u0301\u0301\u0301\u0301") == "ab cz\u0301\u0301"
    assert quoted("x" * 500).endswith("…")
    assert "".join(pieces("mot " * 3000)) == "mot " * 3000
    assert "".join(pieces("x" * 7001)) == "x" * 7001


def test_the_menu_has_words() -> None:
    for language, entries in MENU.items():
        assert all(0 < len(catalogue().say(key, language)) <= 256 for _, key in entries)
