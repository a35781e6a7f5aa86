"""The preview: every message of a consultation, in order, in both languages, as the phone will show it."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest

from config.locale import NO_BREAK, Catalogue
from core.model.consultations import (
    WAVES,
    Anchor,
    Consultation,
    Design,
    Experiment,
    Moment,
    QuietHours,
    Step,
    StepKind,
    Taxonomy,
)
from core.model.deliveries import Phrase
from core.rules.commitments import check
from core.rules.preview import preview
from core.work.cards.digest_layout import Voice
from core.work.wording import spec_message
from tests.samples import sample

POOL = sample("piscine")
LIBRARY = sample("bibliotheque")
WORDS = Catalogue()


def shown(consultation: Consultation, language: str) -> list[tuple[str, str]]:
    """(when, what) as a person reads them, with ordinary spaces."""
    found = []
    for previewed in preview(consultation, language):
        heading = WORDS.say(previewed.heading.key, language, previewed.heading.params)
        found.append((heading, spec_message(previewed.spec, language, WORDS).text.replace(NO_BREAK, " ")))
    return found


def test_what_a_step_may_cost_stands_beside_its_message() -> None:
    steps = tuple(replace(each, paid=205 * (each.kind is StepKind.REMINDER)) for each in POOL.steps)
    (cost,) = [each.cost for each in preview(replace(POOL, steps=steps), "fr") if each.cost is not None]
    said = WORDS.say(cost.key, "fr", cost.params).replace(NO_BREAK, " ")
    assert said.startswith("Payant : au plus 205 messages (en étoiles : 21).")


def test_a_step_that_waits_for_the_end_of_the_quiet_says_so() -> None:
    def moved(quiet: QuietHours, *steps: Step) -> list[bool]:
        asked = replace(POOL, steps=steps, quiet=quiet)
        return [each.moved for each in preview(asked, "fr") if each.heading.key.startswith("preview.step")]

    def at(day: int, hour: int) -> Step:
        return Step("call", StepKind.LAST_CALL, Moment(at=datetime.combine(date(2026, 12, day), time(hour))))

    sundays = QuietHours(sundays=True)
    assert moved(QuietHours(), at(4, 18), at(4, 22), at(6, 18)) == [False, True, False]
    assert moved(sundays, at(4, 18), at(6, 18)) == [False, True]
    assert moved(sundays, replace(at(4, 18), experiment=WAVES)) == [True], "the second wave comes on a Sunday"
    said = WORDS.say("preview.moved", "fr", {})
    assert Voice(WORDS, "fr").heading(Phrase("preview.welcome", {}), moved=True).endswith(said)


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("consultation", [POOL, LIBRARY], ids=lambda consultation: consultation.id)
def test_every_message_fits_a_phone(consultation: Consultation, language: str) -> None:
    for previewed in preview(consultation, language):
        message = spec_message(previewed.spec, language, WORDS)
        assert 0 < len(message.text.encode("utf-16-le")) // 2 <= 4096
        for row in message.buttons:
            assert row
            for button in row:
                assert 0 < len(button.label) <= 40
                assert len(button.action.encode()) <= 64


def test_messages_come_in_the_order_of_a_life() -> None:
    keys = [previewed.heading.key for previewed in preview(POOL, "fr")]
    assert list(dict.fromkeys(keys)) == [
        "preview.step_invites",
        "preview.welcome",
        "preview.more",
        "preview.young",
        "preview.question",
        "preview.redirect",
        "preview.step_after",
        "preview.step_on",
        "preview.thanks",
        "preview.topics",
        "preview.results_yes",
        "preview.results_no",
        "preview.closed",
    ]
    steps = [each.heading.params["step"] for each in preview(POOL, "fr") if "step" in each.heading.params]
    assert steps == [kind.value for kind in StepKind if kind is not StepKind.EVENT]
    assert keys.count("preview.question") == len(POOL.questions)
    assert keys.count("preview.redirect") == len(POOL.redirects)


def test_the_first_story_can_be_read_in_it() -> None:
    said = [text for _, text in shown(POOL, "fr")]
    for message in (
        "Bonjour ! La piscine rouvre en 2027. Les travaux sont décidés. Les horaires, non : votre avis compte pour ça.",
        "Le conseil municipal décide le 12 mars. Nous publions la réponse avant le 30 mars.",
        "1/3 Vous venez à la piscine…",
        "2/3 Qu'est-ce qui vous ferait venir plus souvent ? Écrivez comme vous parlez : pas de mauvaise réponse.",
        "3/3 Votre quartier ? Pour vérifier que tous sont entendus.",
        "Merci, c'est fini ! Rangé dans « Horaires ». Vous écrire ici la décision ?",
        "D'accord : un message avant le 30 mars, rien d'autre. Pour relire ou effacer : « mes réponses ». "
        "Pour arrêter : STOP.",
    ):
        assert message in said


def test_the_organisers_own_words_stand_for_ours() -> None:
    (reminder,) = [text for heading, text in shown(LIBRARY, "fr") if "reminder" in heading]
    assert "il vous reste une ou deux questions sur la bibliothèque" in reminder


def test_a_step_that_can_never_leave_is_said_to() -> None:
    late = replace(POOL.steps[1], moment=Moment(after=timedelta(days=300), anchor=Anchor.ARRIVAL))
    (heading,) = [
        each.heading for each in preview(replace(POOL, steps=(late,)), "en") if each.heading.key == "preview.step_never"
    ]
    assert heading.params == {"step": "reminder"}


def test_without_topics_nothing_is_filed() -> None:
    keys = [each.heading.key for each in preview(replace(POOL, taxonomy=Taxonomy(())), "fr")]
    assert "preview.thanks" in keys
    assert "preview.topics" not in keys


def test_both_waves_and_both_wordings_are_shown() -> None:
    at = Moment(at=datetime.fromisoformat("2026-11-26 22:30"))
    waves = Step("reminder", StepKind.REMINDER, at, experiment=WAVES)
    (heading,) = [when for when, _ in shown(replace(POOL, steps=(waves,)), "fr") if "reminder" in when]
    half, others = heading.replace(NO_BREAK, " ").replace("\N{NARROW NO-BREAK SPACE}", " ").split(" ; ")
    assert half == "Étape « reminder » : une moitié tirée au sort le 27 novembre 2026 à 08:30"
    assert others == "les autres le 29 novembre 2026 à 08:30"
    other = Experiment(Design.WORDINGS, text={"fr": "une minute suffit.", "en": "a minute will do."})
    found = shown(replace(POOL, steps=(replace(waves, experiment=other),)), "en")
    first, second = [what for when, what in found if "reminder" in when]
    assert "a minute will do." in second
    assert "a minute will do." not in first


def test_the_other_wording_is_checked_like_the_first() -> None:
    long = " ".join(["mot"] * 25)
    other = Experiment(Design.WORDINGS, text={"fr": f"{long}.", "en": "a minute will do."})
    step = Step("reminder", StepKind.REMINDER, Moment(at=datetime.fromisoformat("2026-11-26 18:00")), experiment=other)
    found = check(replace(POOL, steps=(step,)), now=POOL.opens_at, plain_words={})
    assert ("check.long_sentence", "steps[1].experiment.text") in {(each.key, each.where) for each in found}
