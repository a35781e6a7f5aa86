"""What holds for every conversation, however people, platforms and forgers behave."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from core.model.consultations import Consultation, QuestionKind
from core.model.dialogues import (
    SILENCE,
    AddPart,
    Answer,
    AskInvitations,
    Dialogue,
    Elapsed,
    Erase,
    ExportMine,
    GiveConsent,
    ListConsultations,
    OptIn,
    OptOut,
    Reply,
    Setting,
    ShowAnswers,
    ShowFollowUps,
    Stage,
    SwitchTo,
    Turn,
    Whole,
)
from core.model.messages import Attached, Edited, Event, Left, Media, Pressed, Returned, Said, Started
from core.model.people import Purpose
from core.rules.dialogue import advance, begin
from core.rules.intents import COMMANDS, WORDS, intent_of
from core.rules.plain_text import cleaned, visible
from core.rules.redirects import met
from core.rules.specs.actions import MOST_BYTES, Verb, read, tag_of
from core.work.wording import spec_message
from tests.unit.rules.dialogue_player import NOW, catalogue, example, fresh

CONSULTATIONS = ("piscine", "bibliotheque")
SPOKEN = AskInvitations | ShowAnswers | ShowFollowUps | ExportMine | Erase | ListConsultations | SwitchTo
"""Effects that intake answers with messages of its own."""

hostile = st.sampled_from(
    [
        "\u200b\u200d", "\0", "\ud800", "\u202eabc", "<!channel>", "<http://x|y>", "<b>{who}</b>", "=1+1",
        "z\u0301" * 300, "a" * 4097, "/" * 70, "/start " + "x" * 200, "/langue zz", "👍", "…", "²", "٣", "0x10", "-1",
        "12345678901234567890",
    ]
)  # fmt: skip
sentences = st.sampled_from(
    [
        "ouvrir plus tard le soir", "et le dimanche", "il faut stopper ce projet", "Parfois", "parfoi", "centre",
        "Bellevue", "Le samedi", "on sunday", "samedi et dimanche", "2", "3/5", "12 heures", "300", "j'ai 12 ans",
        "j'ai 40 ans", "J'ai 15 ans ou plus et j'accepte", "je veux mourir", "ma chaudière fuit", "il y a le feu",
        "mort de rire", "arrêtez de m'écrire", "je ne veux plus", "stop merci", "je retire mon accord",
    ]
)  # fmt: skip
words = st.sampled_from(
    sorted({word for group in WORDS.values() for word in group} | {f"/{name}" for name in COMMANDS})
)
texts = st.one_of(sentences, words, hostile, st.text(max_size=40))


def actions(consultation: Consultation) -> st.SearchStrategy[str]:
    """True buttons, and forged ones: any verb, any question, any option, other revisions and consultations."""
    questions = [question.id for question in consultation.questions]
    options = [option.id for question in consultation.questions for option in question.options]
    topics = [topic.id for topic in consultation.taxonomy.topics]
    first = st.sampled_from([*questions, *topics, "", "yes", "no", "-", "1", "2", "en", "fr", "stop", "#0", "#99", "7"])
    second = st.sampled_from([*options, "", "3", "99", "#1"])
    tag = st.sampled_from([tag_of(consultation.id), tag_of("another"), tag_of("nobody"), ""])
    revision = st.sampled_from([consultation.revision, consultation.revision, 0, 7])
    own = st.builds(
        lambda verb, one, two, number, mark: f"{verb}:{one}:{two}:{number}:{mark}",
        st.sampled_from(list(Verb)), first, second, revision, tag,
    )  # fmt: skip
    return st.one_of(own, st.text(max_size=70))


@st.composite
def conversations(draw: st.DrawFn) -> tuple[str, list[int], list[tuple[int, object, Setting]]]:
    """Seconds to wait, what happens then ("press n" = the nth button shown so far), in what setting."""
    name = draw(st.sampled_from(CONSULTATIONS))
    consultation = example(name)
    places = range(len(consultation.questions))
    kept = draw(st.one_of(st.just(list(places)), st.lists(st.sampled_from(places), unique=True)))
    media = st.builds(Attached, st.sampled_from(list(Media)), st.one_of(st.just(""), texts), st.integers(1, 50))
    events = st.one_of(
        st.builds(Said, texts, st.integers(1, 50), st.booleans()),
        st.integers(0, 40),
        st.integers(0, 40),
        st.builds(Pressed, actions(consultation), st.integers(1, 50)),
        st.just(Elapsed()),
        st.builds(Started, st.sampled_from(["", "affiche", "x" * 64])),
        st.builds(Edited, texts, st.integers(1, 50)),
        media,
        st.sampled_from([Left(), Returned()]),
    )
    settings_ = st.builds(
        Setting,
        open_now=st.sampled_from([True, True, True, False]),
        topics=st.sampled_from([(), ("horaires",), ("tarifs", "horaires"), ("unknown",)]),
        finished_count=st.integers(0, 60),
        others=st.sampled_from([(), (("another", "Autre"),)]),
        stopped=st.booleans(),
    )
    waits = st.sampled_from([0, 1, 4, 11, 700, 90_000])
    return name, kept, draw(st.lists(st.tuples(waits, events, settings_), max_size=25))


class Conversation:
    """Plays one conversation and keeps what each turn did."""

    def __init__(self, name: str, kept: list[int], steps: list[tuple[int, object, Setting]]) -> None:
        whole = example(name)
        consultation = replace(whole, questions=tuple(whole.questions[place] for place in kept))
        self.consultation = consultation
        self.dialogue: Dialogue = fresh(consultation)
        self.now = NOW
        self.buttons: list[str] = []
        self.turns: list[tuple[Dialogue, Event | Elapsed | None, Setting, Turn]] = []
        self._keep(None, Setting(), begin(self.dialogue, consultation, Setting(), now=self.now))
        for wait, what, setting in steps:
            self.now += timedelta(seconds=wait)
            event = self._event(what)
            self._keep(event, setting, advance(self.dialogue, event, consultation, setting, now=self.now))

    def _event(self, what: object) -> Event | Elapsed:
        if isinstance(what, int):
            return Pressed(self.buttons[-1 - what % len(self.buttons)] if self.buttons else "", 99)
        return what  # type: ignore[return-value]  # the strategy draws events otherwise

    def _keep(self, event: Event | Elapsed | None, setting: Setting, turn: Turn) -> None:
        self.turns.append((self.dialogue, event, setting, turn))
        self.dialogue = turn.dialogue
        for effect in turn.effects:
            if isinstance(effect, Reply):
                self.buttons += [button.action for row in effect.spec.buttons for button in row]


conversations_played = conversations().map(lambda drawn: Conversation(*drawn))


@given(conversations_played)
def test_nothing_is_recorded_before_consent(conversation: Conversation) -> None:
    agreed = False
    for _, _, _, turn in conversation.turns:
        for effect in turn.effects:
            if isinstance(effect, GiveConsent) and effect.purpose is Purpose.PARTICIPATION:
                agreed = True
            if isinstance(effect, Answer | AddPart | Whole):
                assert agreed
            if isinstance(effect, Erase):
                agreed = False


@given(conversations_played)
def test_no_part_is_lost(conversation: Conversation) -> None:
    """At an open question that waits, in an open consultation, every text that is no word and no cry is a part."""
    for before, event, setting, turn in conversation.turns:
        questions = conversation.consultation.questions
        if not isinstance(event, Said) or before.stage is not Stage.ASKING or not setting.open_now:
            continue
        if before.position >= len(questions) or questions[before.position].kind is not QuestionKind.OPEN:
            continue
        if (
            intent_of(event.text)
            or not visible(cleaned(event.text))
            or met(event.text, conversation.consultation, "fr")
        ):
            continue
        parts = [effect for effect in turn.effects if isinstance(effect, AddPart)]
        assert [(part.text, part.message_id) for part in parts] == [(cleaned(event.text), event.message_id)]


@given(conversations_played)
def test_every_part_is_whole_when_nobody_is_listening(conversation: Conversation) -> None:
    """Parts that came are made whole by the end of the silence at the latest: none stays unread for ever."""
    waiting: Counter[str] = Counter()
    for _, _, _, turn in conversation.turns:
        for effect in turn.effects:
            if isinstance(effect, AddPart):
                waiting[effect.question] += 1
            elif isinstance(effect, Whole):
                waiting.pop(effect.question, None)
            elif isinstance(effect, Erase):
                waiting.clear()
        if turn.dialogue.elapses_at is None:
            assert not waiting
        else:
            assert set(waiting) <= {turn.dialogue.open_question}


@given(conversations_played)
def test_one_acknowledgement_for_each_silence(conversation: Conversation) -> None:
    """In one silence a contribution is acknowledged at most once: when it ends, or when late text came."""
    acknowledged = 0
    for before, event, _, turn in conversation.turns:
        keys = [phrase.key for effect in turn.effects if isinstance(effect, Reply) for phrase in effect.spec.phrases]
        if before.elapses_at is None:
            acknowledged = 0
        if isinstance(event, Said | Elapsed):
            acknowledged += keys.count("late.joined") + (
                keys.count("answer.noted") if isinstance(event, Elapsed) else 0
            )
        assert acknowledged <= 1


@given(conversations_played)
def test_a_person_is_always_answered(conversation: Conversation) -> None:
    """Silence is kept for parts, edits, the second tap of an impatient finger, and who has just been welcomed."""
    for before, event, _, turn in conversation.turns:
        if event is None or isinstance(event, Elapsed | Left | Returned | Edited):
            continue
        if any(isinstance(effect, Reply | AddPart | SPOKEN) for effect in turn.effects):
            continue
        if before.last_at is None:
            assert before.started_at == turn.dialogue.last_at
        elif isinstance(event, Pressed):
            assert turn.dialogue.last_at is not None
            assert turn.dialogue.last_at - before.last_at < timedelta(seconds=5)
            assert turn.dialogue == replace(before, last_at=turn.dialogue.last_at, held=turn.dialogue.held)
        else:
            raise AssertionError(f"{type(event).__name__} was not answered")


@given(conversations_played)
def test_every_message_has_words_and_every_button_fits(conversation: Conversation) -> None:
    for _, _, _, turn in conversation.turns:
        for effect in turn.effects:
            if isinstance(effect, Reply):
                message = spec_message(effect.spec, turn.dialogue.language, catalogue())
                assert message.text.strip()
                assert len(message.text.encode("utf-16-le")) // 2 <= 4096
                for row in message.buttons:
                    for button in row:
                        assert button.label.strip()
                        assert len(button.action.encode()) <= MOST_BYTES
                        assert read(button.action) is not None


@given(conversations_played)
def test_the_state_survives_storage(conversation: Conversation) -> None:
    stored = TypeAdapter(Dialogue)
    for _, _, _, turn in conversation.turns:
        assert stored.validate_json(stored.dump_json(turn.dialogue)) == turn.dialogue


@given(conversations_played)
def test_the_end_of_a_silence_is_noticed_once(conversation: Conversation) -> None:
    dialogue, consultation = conversation.dialogue, conversation.consultation
    once = advance(dialogue, Elapsed(), consultation, Setting(), now=conversation.now + SILENCE)
    again = advance(once.dialogue, Elapsed(), consultation, Setting(), now=conversation.now + 2 * SILENCE)
    assert again.dialogue == once.dialogue
    assert again.effects == ()
    if dialogue.elapses_at is not None:
        early = advance(dialogue, Elapsed(), consultation, Setting(), now=dialogue.elapses_at - timedelta(seconds=1))
        assert early == Turn(dialogue)


@given(conversations_played, st.data())
def test_the_same_press_twice_is_the_same_press_once(conversation: Conversation, data: st.DataObject) -> None:
    """Nothing more is recorded, no consent is given twice, and the person stands where they stood."""
    buttons = [
        action for action in conversation.buttons if (claimed := read(action)) and claimed.verb is not Verb.ERASE
    ]
    if not buttons:
        return
    press = Pressed(data.draw(st.sampled_from(buttons)), 99)
    consultation = conversation.consultation
    once = advance(conversation.dialogue, press, consultation, Setting(), now=conversation.now)
    again = advance(once.dialogue, press, consultation, Setting(), now=conversation.now + timedelta(seconds=1))
    assert not [each for each in again.effects if isinstance(each, Answer | AddPart | Whole | GiveConsent)]
    assert again.dialogue.answered == once.dialogue.answered
    assert again.dialogue.position == once.dialogue.position


@given(conversations_played)
def test_forged_and_stale_buttons_change_nothing(conversation: Conversation) -> None:
    """A button of another revision never records an answer; one of another consultation records nothing at all."""
    consultation = conversation.consultation
    for question in consultation.questions:
        for option in [*(option.id for option in question.options), "3", ""]:
            for verb in (Verb.ANSWER, Verb.TICK, Verb.DONE, Verb.KEEP, Verb.SKIP, Verb.REDO, Verb.DROP):
                for revision, tag in ((7, tag_of(consultation.id)), (consultation.revision, tag_of("nobody"))):
                    press = Pressed(f"{verb}:{question.id}:{option}:{revision}:{tag}", 99)
                    turn = advance(conversation.dialogue, press, consultation, Setting(), now=conversation.now)
                    assert not [each for each in turn.effects if isinstance(each, Answer | AddPart | GiveConsent)]
                    assert turn.dialogue.answered == conversation.dialogue.answered
                    assert turn.dialogue.position == conversation.dialogue.position


@given(conversations_played)
def test_only_a_message_that_says_nothing_else_opts_out(conversation: Conversation) -> None:
    for _, event, _, turn in conversation.turns:
        if any(isinstance(effect, OptOut) for effect in turn.effects):
            typed = event.text if isinstance(event, Said | Edited) else getattr(event, "caption", "stop")
            heard = intent_of(cleaned(typed))
            assert isinstance(event, Pressed) or (heard is not None and heard.intent.value == "stop")
            assert turn.dialogue.stage is Stage.STOPPED


@given(conversations_played)
def test_who_stopped_comes_back_only_by_themselves(conversation: Conversation) -> None:
    for before, _, _, turn in conversation.turns:
        if before.stage is Stage.STOPPED and turn.dialogue.stage is not Stage.STOPPED:
            assert any(isinstance(effect, OptIn | Erase) for effect in turn.effects)


@given(conversations_played)
def test_the_source_and_the_revision_never_change(conversation: Conversation) -> None:
    for _, _, _, turn in conversation.turns:
        assert turn.dialogue.source == "affiche-piscine"
        assert turn.dialogue.revision == conversation.consultation.revision
        assert turn.dialogue.version == 0
