"""What the transcripts of tests/cases/dialogues do not show: limits, stages that cross, and what is never said."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from core.model.consultations import Consultation, Option, Question, QuestionKind, StepKind
from core.model.dialogues import (
    AddPart,
    Alert,
    Answer,
    CountMedia,
    EditPart,
    Effect,
    Elapsed,
    GiveConsent,
    OptIn,
    OptOut,
    Reply,
    RevokeConsent,
    Setting,
    Stage,
    SwitchTo,
    Turn,
    Unanswer,
    Whole,
)
from core.model.messages import Attached, Edited, Left, Media, Pressed, Returned, Said, Started
from core.model.people import Purpose
from core.rules.dialogue import advance, begin, elsewhere
from core.rules.specs.actions import Verb, tag_of, written, written_alone
from core.rules.specs.steps import step_spec
from core.rules.turn.talk import MOST_HELD
from core.rules.turn.typed import typed_answer
from tests.unit.rules.dialogue_player import NOW, Player, example, fresh

AGREE = "J'ai 15 ans ou plus et j'accepte"


def at_the_open_question() -> Player:
    return Player().agrees().presses("Parfois").waits(60)


def at_the_last_question() -> Player:
    return at_the_open_question().says("ouvrir le soir").waits(10).waits(60)


def finished() -> Player:
    return at_the_last_question().presses("Gare").waits(60).presses("Oui").waits(60)


# ── first contact ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_how_many_answered_is_said_from_thirty_on() -> None:
    assert "personnes ont déjà fini de répondre" not in Player(setting=Setting(finished_count=29)).begin().text
    assert "30 personnes ont déjà fini de répondre." in Player(setting=Setting(finished_count=30)).begin().text


def test_why_you_follows_the_greeting() -> None:
    consultation = replace(example("piscine"), why_you={"fr": "Vous habitez tout près."})
    assert Player(consultation).begin().shown[0].text.endswith("Vous habitez tout près.")


def test_a_bonjour_that_brought_the_welcome_needs_no_second_answer() -> None:
    player = Player().begin().says("Bonjour !")
    assert player.shown == []
    assert "Pour commencer" in player.waits(60).says("bonjour").text


def test_someone_who_had_said_stop_and_opens_another_consultation_is_back() -> None:
    assert Player(setting=Setting(stopped=True)).begin().did == [OptIn()]


def test_the_typed_words_of_the_button_are_an_agreement_and_nothing_less_is() -> None:
    assert Player().begin().waits(9).says("j'accepte").of(GiveConsent) == []
    assert Player().begin().waits(9).says("J’ai 15 ans ou plus et j’accepte.").dialogue.stage is Stage.ASKING
    assert Player(language="en").begin().waits(9).says("i am 15 or over and i agree").dialogue.stage is Stage.ASKING
    assert Player().begin().waits(9).says("j'ai 14 ans et j'accepte").dialogue.stage is Stage.DECLINED


@pytest.mark.parametrize("text", ["j'ai 14 ans", "moins de 15 ans", "I am 12 years old", "under 15"])
def test_an_age_that_is_too_young_is_understood_and_nothing_is_kept(text: str) -> None:
    player = Player().begin().waits(9).says("un toboggan").says(text)
    assert player.dialogue.stage is Stage.DECLINED
    assert player.dialogue.held == ()


def test_saying_no_keeps_nothing_and_can_be_taken_back() -> None:
    player = Player().begin().waits(9).says("un toboggan", "non")
    assert (player.dialogue.stage, player.dialogue.held) == (Stage.DECLINED, ())
    assert player.presses(AGREE).dialogue.stage is Stage.ASKING


def test_held_text_is_gone_after_a_day() -> None:
    player = Player().begin().waits(9).says("ouvrir le soir").waits(86_401).presses(AGREE)
    assert player.dialogue.held == ()
    assert player.presses("Jamais").of(AddPart) == []


def test_a_flood_before_consent_is_answered_and_bounded() -> None:
    player = Player().begin().waits(9)
    for _ in range(MOST_HELD + 5):
        player.says("encore")
    assert len(player.dialogue.held) == MOST_HELD
    assert "Je ne peux pas garder plus" in player.text
    wordy = Player().begin().waits(9)
    for _ in range(20):
        wordy.says("a" * 4000)
    assert sum(len(held.text) for held in wordy.dialogue.held) <= 24_000


def test_an_urgent_edit_of_held_text_is_no_longer_held() -> None:
    player = Player().begin().waits(9).says("ouvrir le soir")
    player.event(Edited("je veux mourir", player.message_id))
    assert player.dialogue.held == ()
    assert any(isinstance(effect, Alert) for effect in player.did)


# ── one contribution ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_each_part_renews_the_silence_and_an_early_timer_does_nothing() -> None:
    player = at_the_open_question().says("ouvrir")
    first = player.dialogue.elapses_at
    player.now += timedelta(seconds=9)
    player.says("le dimanche")
    assert first is not None
    assert player.dialogue.elapses_at == first + timedelta(seconds=9)
    assert advance(player.dialogue, Elapsed(), player.consultation, Setting(), now=first) == Turn(player.dialogue)


def test_a_very_long_text_is_kept_whole_and_it_is_said() -> None:
    text = "plus de créneaux " * 300
    player = at_the_open_question().says(text)
    assert [part.text for part in player.did if isinstance(part, AddPart)] == [text]
    assert "Tout est gardé" in player.text
    assert player.says(text).shown == []


@pytest.mark.parametrize("text", ["\u200b\u200d\u2060", "\u3164", "  \n ", "\u2800"])
def test_nothing_to_see_is_no_answer(text: str) -> None:
    player = at_the_open_question().says(text)
    assert player.of(AddPart) == []
    assert "Je n'ai rien pu lire" in player.text


def test_what_a_database_could_not_hold_is_replaced_and_nothing_else() -> None:
    player = at_the_open_question().says("a\0b\ud800 😀 e\u0301 \u202e")
    assert [part.text for part in player.did if isinstance(part, AddPart)] == ["ab� 😀 e\u0301 \u202e"]


@pytest.mark.parametrize("text", ["oui", "non", "rien", "Non merci", "en savoir plus", "?", "😡"])
def test_short_answers_to_an_open_question_are_answers(text: str) -> None:
    assert at_the_open_question().says(text).of(AddPart) != []


@pytest.mark.parametrize("text", ["merci", "ok", "👍"])
def test_thanks_are_no_answer_and_after_a_part_they_end_it(text: str) -> None:
    player = at_the_open_question().says(text)
    assert player.of(AddPart) == []
    assert player.shown != []
    player.says("ouvrir le soir", text)
    assert [type(effect) for effect in player.did] == [Whole]
    assert "3/3" in player.text


def test_hello_alone_is_no_answer_but_belongs_to_one_that_has_begun() -> None:
    player = at_the_open_question().says("bonjour")
    assert player.of(AddPart) == []
    assert len(player.says("ouvrir le soir", "bonjour").of(AddPart)) == 2


def test_skipping_what_has_begun_keeps_it() -> None:
    player = at_the_open_question().says("ouvrir le soir", "passer")
    assert player.of(Unanswer) == []
    assert len(player.of(Whole)) == 1
    assert "venir" in player.dialogue.answered


def test_an_edit_of_a_part_is_passed_on_without_a_word() -> None:
    player = at_the_last_question().event(Edited("ouvrir le matin", 3))
    assert player.did == [EditPart("ouvrir le matin", 3)]
    assert player.shown == []


def test_an_edit_into_stop_is_a_stop_and_an_urgent_edit_is_answered() -> None:
    assert at_the_open_question().event(Edited("STOP", 1)).did == [OptOut(), RevokeConsent(Purpose.REMINDERS)]
    player = at_the_open_question().event(Edited("je veux mourir", 1))
    assert [type(effect) for effect in player.did] == [Alert]
    assert "3114" in player.text
    assert at_the_open_question().event(Edited("\u200b", 1)).did == []


def test_an_edit_of_what_was_put_aside_is_an_edit() -> None:
    player = at_the_open_question().says("ma chaudière fuit")
    player.event(Edited("ma chaudière fuit beaucoup", player.message_id))
    assert player.did == [EditPart("ma chaudière fuit beaucoup", player.message_id)]


# ── closed questions ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_option_to_the_letter_outweighs_a_word_and_a_cry_but_not_stop() -> None:
    piscine = example("piscine")
    first = piscine.questions[0]
    labels = ("Plus tard", "Au secours", "Stop")
    options = tuple(replace(each, label={"fr": label}) for each, label in zip(first.options, labels, strict=True))
    consultation = replace(piscine, questions=(replace(first, options=options), *piscine.questions[1:]))
    answers = [Player(consultation).agrees().says(label).of(Answer) for label in labels]
    assert [len(each) for each in answers] == [1, 1, 0]


def test_several_choices_can_be_typed() -> None:
    player = Player(example("bibliotheque")).agrees().says("le samedi et le dimanche")
    assert player.dialogue.choosing == ("samedi", "dimanche")
    player.says("terminé")
    assert player.did == [Answer("jours", "samedi,dimanche")]


def test_done_without_a_choice_asks_again() -> None:
    player = Player(example("bibliotheque")).agrees().says("terminé")
    assert "Rien n'est choisi" in player.text
    assert player.of(Answer) == []


def test_going_back_to_several_choices_finds_them_ticked() -> None:
    player = Player(example("bibliotheque")).agrees().presses("Le samedi").presses("Terminé").waits(9).says("retour")
    assert "✓ Le samedi" in player.labels
    assert player.dialogue.choosing == ("samedi",)


def test_not_understood_before_any_open_question_waits_for_it() -> None:
    player = Player(example("bibliotheque")).agrees().says("ça dépend du temps")
    assert [held.text for held in player.dialogue.held] == ["ça dépend du temps"]
    assert "Terminé" in player.labels or "Passer" in player.labels


def test_without_an_open_question_a_person_is_told_what_to_do() -> None:
    piscine = example("piscine")
    consultation = replace(piscine, questions=(piscine.questions[0],))
    player = Player(consultation).agrees().says("ouvrez le dimanche")
    assert "n'a pas de question où l'on écrit" in player.text
    assert "À l'accueil" in player.text
    player.presses("Jamais").waits(9).says("ouvrez le dimanche")
    assert "n'a pas de question où l'on écrit" in player.text


def test_a_consultation_without_questions_ends_kindly() -> None:
    consultation = replace(example("piscine"), questions=())
    assert Player(consultation).agrees().dialogue.stage is Stage.RESULTS


def test_late_text_answers_an_open_question_that_was_skipped() -> None:
    player = at_the_open_question().says("passer", "finalement, ouvrir le dimanche")
    assert [part.question for part in player.did if isinstance(part, AddPart)] == ["venir"]
    assert "venir" not in player.dialogue.skipped


# ── stages that cross ────────────────────────────────────────────────────────────────────────────────────────────────


def test_left_and_returned_change_nothing() -> None:
    dialogue = at_the_open_question().says("ouvrir").dialogue
    for event in (Left(), Returned()):
        assert advance(dialogue, event, example("piscine"), Setting(), now=NOW) == Turn(dialogue)


def test_stop_while_parts_may_come_makes_them_whole() -> None:
    player = at_the_open_question().says("ouvrir le soir", "STOP")
    assert player.did == [Whole("venir"), OptOut(), RevokeConsent(Purpose.REMINDERS)]
    assert player.dialogue.elapses_at is None


def test_stop_before_consent_drops_what_was_held_and_speaks_of_no_answers() -> None:
    player = Player().begin().waits(9).says("ouvrir le soir", "STOP")
    assert player.dialogue.held == ()
    assert "Vos réponses" not in player.text


def test_stop_during_a_pause_comes_back_to_where_they_were() -> None:
    player = at_the_open_question().says("plus tard", "stop", "reprendre")
    assert player.dialogue.stage is Stage.ASKING
    assert "2/3" in player.text


def test_another_source_does_not_change_the_source() -> None:
    player = at_the_open_question().starts("affiche-gare")
    assert player.dialogue.source == "affiche-piscine"
    assert "2/3" in player.text


def test_the_word_start_typed_is_a_start() -> None:
    assert at_the_open_question().says("/start affiche-gare").dialogue.source == "affiche-piscine"


def test_the_second_notice_keeps_where_everyone_stood() -> None:
    for player in (at_the_last_question(), at_the_last_question().presses("Gare").waits(60), finished()):
        stage, answered = player.dialogue.stage, dict(player.dialogue.answered)
        notice = replace(player.consultation.notice, version=2)
        player.consultation = replace(player.consultation, notice=notice)
        player.says("et la nuit").waits(60)
        assert player.dialogue.stage is Stage.OFFERED
        player.presses(AGREE)
        assert player.dialogue.stage is stage
        assert set(answered) <= set(player.dialogue.answered)
        held = [part for part in player.of(AddPart) if isinstance(part, AddPart) and part.text == "et la nuit"]
        assert len(held) == (1 if stage is not Stage.ASKING else 0)


def test_an_old_consent_button_shows_the_new_notice() -> None:
    player = Player().begin()
    notice = replace(player.consultation.notice, version=2)
    player.consultation = replace(player.consultation, notice=notice)
    player.waits(9).press(written(Verb.AGREE, example("piscine"), "1"))
    assert player.of(GiveConsent) == []
    assert "Nos règles ont changé" in player.text


def test_closed_while_nothing_was_agreed_keeps_nothing() -> None:
    player = Player().begin().waits(9).settings(open_now=False)
    assert player.presses(AGREE).of(GiveConsent) == []
    assert player.says("ouvrir").dialogue.held == ()


def test_results_may_be_wanted_after_the_closing() -> None:
    player = at_the_last_question().presses("Gare").waits(60).settings(open_now=False).says("oui")
    assert player.dialogue.results_wanted is True
    assert player.presses("Non merci").dialogue.results_wanted is False


# ── one's own answers, topics, switching ─────────────────────────────────────────────────────────────────────────────


def button(verb: Verb, question: str) -> str:
    return written(verb, example("piscine"), question)


def test_an_answer_is_dropped_and_the_others_stay() -> None:
    player = finished().press(button(Verb.DROP, "venir"))
    assert player.did == [Unanswer("venir")]
    assert set(player.dialogue.answered) == {"frequence", "quartier"}
    assert player.press(button(Verb.DROP, "venir")).did == []


def test_dropping_the_answer_in_hand_asks_again() -> None:
    player = at_the_open_question().says("ouvrir").press(button(Verb.DROP, "venir"))
    assert player.did == [Unanswer("venir")]
    assert player.dialogue.elapses_at is None
    assert "2/3" in player.text


def test_an_answer_is_changed_from_my_answers_even_at_the_end() -> None:
    player = finished().press(button(Verb.REDO, "frequence"))
    assert "Vous aviez répondu : Parfois." in player.text
    player.presses("Jamais")
    assert player.did == [Answer("frequence", "jamais")]
    assert player.dialogue.stage is Stage.FINISHED


def test_answers_can_be_erased_but_not_changed_after_the_closing() -> None:
    player = finished().settings(open_now=False)
    assert player.press(button(Verb.REDO, "frequence")).dialogue.stage is Stage.FINISHED
    assert player.press(button(Verb.DROP, "frequence")).did == [Unanswer("frequence")]


def test_the_quiet_line_names_a_topic_of_the_consultation_only() -> None:
    player = at_the_last_question().settings(topics=("unknown",)).presses("Gare")
    assert "Rangé" not in player.text
    assert player.dialogue.filed is None


def test_not_that_can_be_typed() -> None:
    player = at_the_last_question().settings(topics=("tarifs",)).presses("Gare").says("ce n'est pas ça")
    assert len(player.labels) == 7


def test_another_consultation_waits_where_it_was() -> None:
    player = at_the_open_question().says("ouvrir").settings(others=(("autre", "Autre"),))
    player.press(written_alone(Verb.SWITCH, consultation="autre"))
    assert player.did == [Whole("venir"), SwitchTo("autre")]
    assert player.dialogue.stage is Stage.PAUSED
    assert "2/3" in player.starts().text


def test_a_consultation_that_is_not_offered_cannot_be_switched_to() -> None:
    player = at_the_open_question().press(written_alone(Verb.SWITCH, consultation="secret"))
    assert player.of(SwitchTo) == []


# ── buttons at other moments than theirs ─────────────────────────────────────────────────────────────────────────────


def test_a_button_after_the_notice_changed_shows_it_first() -> None:
    player = Player().agrees()
    player.consultation = replace(player.consultation, notice=replace(player.consultation.notice, version=2))
    player.presses("Parfois")
    assert player.of(Answer) == []
    assert "Nos règles ont changé" in player.text
    assert "accord" in player.waits(60).press(button(Verb.SKIP, "frequence")).text


@pytest.mark.parametrize(
    "verb", [Verb.RESULTS, Verb.TOPIC, Verb.RECLAIM, Verb.KEEP, Verb.DONE, Verb.TICK, Verb.WRONG_TOPIC]
)
def test_a_button_that_was_never_shown_changes_nothing(verb: Verb) -> None:
    player = at_the_last_question()
    for first in ("yes", "-", "horaires", "quartier", "frequence", "1"):
        before = player.waits(60).dialogue
        player.press(written(verb, player.consultation, first))
        assert player.did == []
        assert replace(player.dialogue, last_at=before.last_at) == before
        assert player.shown != []


def test_the_skip_of_a_skipped_question_is_a_stale_button() -> None:
    player = Player().agrees().presses("Passer").waits(60).press(button(Verb.SKIP, "frequence"))
    assert "Vous avez passé cette question" in player.text


def test_go_on_in_the_middle_of_an_answer_ends_it() -> None:
    player = at_the_open_question().says("aide", "ouvrir le soir").presses("Continuer")
    assert player.did == [Whole("venir")]
    assert player.text.startswith("C'est noté. 3/3")


def test_a_point_of_a_scale_is_pressed_and_one_beyond_it_is_not() -> None:
    consultation = replace(example("bibliotheque"), questions=example("bibliotheque").questions[2:3])
    player = Player(consultation).agrees().press(written(Verb.ANSWER, consultation, "calme", "6"))
    assert player.of(Answer) == []
    assert player.presses("4").did == [Answer("calme", "4")]


def test_the_buttons_that_stand_for_a_word_do_what_the_word_does() -> None:
    assert finished().says("opposition").presses("Ne plus m'écrire").did[0] == OptOut()
    player = at_the_open_question().says("ouvrir", "effacer").presses("Non, garder")
    assert player.text == "D'accord, rien n'est effacé."  # parts may still come: the question is not asked again


# ── small talk in its place ──────────────────────────────────────────────────────────────────────────────────────────


def test_small_talk_at_buttons_shows_them_again() -> None:
    for word, expected in (("bonjour", "Bonjour !"), ("oui", "Je n'ai pas compris"), ("ok", "Merci à vous")):
        player = Player().agrees().says(word)
        assert expected in player.text
        assert "Parfois" in player.labels
        assert player.of(Answer) == []


def test_that_is_all_without_a_word_written_asks_for_some() -> None:
    assert "Écrivez quelques mots" in at_the_open_question().says("c'est tout").text


def test_more_can_be_asked_for_in_words_before_the_tap() -> None:
    assert "Contact" in Player().begin().waits(9).says("en savoir plus").text


def test_later_when_nothing_waits_is_answered() -> None:
    assert "Vous avez déjà répondu" in finished().says("plus tard").text


def test_help_brings_nobody_under_age_further() -> None:
    player = Player().begin().presses("Moins de 15 ans").waits(60).press(button(Verb.ANSWER, "frequence"))
    assert player.dialogue.stage is Stage.DECLINED
    assert player.says("je veux mourir").of(Alert) != []


# ── someone without a dialogue ───────────────────────────────────────────────────────────────────────────────────────

OTHERS = (("piscine", "La piscine"), ("parc", "Le parc"))


def keys(effects: tuple[Effect, ...]) -> list[str]:
    return [phrase.key for effect in effects if isinstance(effect, Reply) for phrase in effect.spec.phrases]


def test_elsewhere_offers_what_runs_and_a_press_chooses() -> None:
    offered = elsewhere(Started(""), OTHERS, "fr")
    assert keys(offered) == ["consultations.asked"]
    assert keys(elsewhere(Said("bonjour", 1), (), "fr")) == ["consultations.none"]
    assert elsewhere(Pressed(f"switch:::0:{tag_of('parc')}", 1), OTHERS, "fr") == (SwitchTo("parc"),)
    assert keys(elsewhere(Pressed("nonsense", 1), OTHERS, "fr")) == ["consultations.asked"]


def test_elsewhere_a_cry_and_a_stop_are_heard() -> None:
    assert keys(elsewhere(Said("je veux mourir", 1), OTHERS, "fr")) == ["redirect.distress"]
    assert elsewhere(Said("STOP", 1), OTHERS, "fr")[0] == OptOut()
    media = elsewhere(Attached(Media.PHOTO, "je veux mourir", 1), OTHERS, "fr")
    assert (media[0], keys(media)) == (CountMedia(Media.PHOTO), ["redirect.distress"])
    assert elsewhere(Left(), OTHERS, "fr") == elsewhere(Edited("x", 1), OTHERS, "fr") == ()


def test_begin_leaves_the_dialogue_as_it_was() -> None:
    dialogue = fresh(example("piscine"))
    assert begin(dialogue, example("piscine"), Setting(), now=NOW).dialogue == dialogue


def test_a_vote_has_so_many_dots_and_no_more() -> None:
    library = example("bibliotheque")
    vote, *others = library.questions
    player = Player(replace(library, questions=(replace(vote, most=2, hint={}), *others)))
    player.begin().presses("J'ai 15 ans ou plus et j'accepte")
    assert "Choisissez 2 réponses au plus." in player.text
    player.presses("Le samedi").presses("Le dimanche").presses("Le soir après 19 h")
    assert player.text.startswith("2 choix au plus : enlevez-en un d'abord.")
    assert player.dialogue.choosing == ("samedi", "dimanche")
    player.says("le soir après 19 h, le samedi, tôt avant 8 h 30")
    assert player.dialogue.choosing == ("samedi", "dimanche")
    player.presses("✓ Le samedi").presses("Le soir après 19 h").presses("Terminé")
    assert Answer("jours", "soir,dimanche") in player.log


# ── events, the end, and who said no ─────────────────────────────────────────────────────────────────────────────────

BEFORE, AT_THE_EVENT = datetime(2026, 12, 10, 10, tzinfo=UTC), datetime(2027, 1, 21, 14, tzinfo=UTC)


def at_the_event_question(consultation: Consultation) -> Player:
    player = Player(consultation, now=BEFORE).agrees()
    if consultation.questions[0].kind is QuestionKind.EVENT:
        return player
    return player.presses("Agent ou agente").waits(60).says("mieux expliquer").waits(11)


def event_first() -> Consultation:
    asked = example("atelier")
    return replace(asked, questions=(asked.questions[2], *asked.questions[:2]))


def test_nobody_says_yes_to_an_event_that_has_begun_and_the_next_question_comes() -> None:
    for answers in (lambda each: each.says("je viens"), lambda each: each.presses("Je viens")):
        player = at_the_event_question(example("atelier"))
        player.now = AT_THE_EVENT
        answers(player)
        assert player.did == []
        assert "Trop tard pour changer" in player.text
        assert player.dialogue.stage is Stage.RESULTS


def test_an_event_is_not_asked_about_any_more_once_it_is_over() -> None:
    player = at_the_event_question(event_first()).says("plus tard")
    player.now = AT_THE_EVENT
    player.says("reprendre")
    assert "Venez-vous" not in player.text
    assert "2/3" in player.text


def test_after_the_closing_a_yes_to_an_event_asks_nothing_more() -> None:
    player = at_the_event_question(event_first()).settings(open_now=False).presses("Je viens")
    assert player.did == [Answer("atelier", "yes")]
    assert "2/3" not in player.text


def test_a_yes_to_an_event_waits_for_the_new_notice_and_a_no_does_not() -> None:
    player = at_the_event_question(event_first())
    notice = replace(player.consultation.notice, version=2)
    player.consultation = replace(player.consultation, notice=notice)
    assert player.presses("Je ne viens pas").did == [Answer("atelier", "no")]
    assert player.waits(60).presses("Je viens").did == []
    assert player.dialogue.stage is Stage.OFFERED


def test_why_this_message_under_what_is_said_of_an_event_speaks_of_it() -> None:
    asked = example("atelier")
    step = next(each for each in asked.steps if each.kind is StepKind.EVENT)
    why = step_spec(asked, step, "fr").buttons[-2][0]
    player = at_the_event_question(asked).presses("Je viens").waits(60).presses("Non merci").waits(60).press(why.action)
    assert "vous avez dit que vous venez : l'atelier de janvier" in player.text
    assert "pas encore fini" not in player.text


def test_why_an_old_reminder_does_not_say_to_whoever_finished_that_they_have_not() -> None:
    player = at_the_last_question().presses("Gare").waits(60).presses("Non merci").waits(60)
    player.press(written(Verb.WHY, player.consultation))
    assert "c'est fini" in player.text
    assert "pas encore fini" not in player.text


def test_what_comes_next_does_not_close_twice() -> None:
    player = finished()
    assert "La consultation ferme le 31 janvier." in player.says("suivi").text
    player.now = player.consultation.closes_at + timedelta(days=1)
    assert "est fermée depuis le" in player.settings(open_now=False).says("suivi").text
    assert "ferme le" not in player.text


def test_whoever_said_no_is_not_told_that_they_are_too_young() -> None:
    player = Player().begin().waits(9).says("non").waits(60).says("un toboggan")
    assert player.text.startswith("Sans votre accord, rien n'est gardé.")


# ── what is a slip of the finger ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("labels", "said", "option"),
    [
        (("Favorable", "Contre"), "favorabel", "o0"),
        (("Favorable", "Contre"), "défavorable", None),
        (("Satisfait", "Pas content"), "insatisfait", None),
        (("Likely", "No"), "unlikely", None),
        (("Insatisfait", "Content"), "satisfait", None),
        (("2025", "2030"), "2026", None),
        (("Plus de 10 km", "Moins de 10 km"), "plus de 20 km", None),
        (("Plus de 10 km", "Moins de 10 km"), "plud de 10 km", "o0"),
        (("18-25", "26-64"), "18-24", None),
    ],
)
def test_another_figure_or_the_contrary_is_no_slip(labels: tuple[str, str], said: str, option: str | None) -> None:
    options = tuple(Option(f"o{place}", {"fr": label}) for place, label in enumerate(labels))
    question = Question("q", QuestionKind.SINGLE, {"fr": "?"}, options=options)
    assert typed_answer(question, said, example("piscine"), "fr") == option


@pytest.mark.parametrize(("said", "number"), [("environ 12", "12"), ("pas 3", None), ("ni 5", None), ("not 7", None)])
def test_a_number_that_is_denied_is_no_answer(said: str, number: str | None) -> None:
    question = Question("q", QuestionKind.NUMBER, {"fr": "?"}, low=0, high=100)
    assert typed_answer(question, said, example("piscine"), "fr") == number
