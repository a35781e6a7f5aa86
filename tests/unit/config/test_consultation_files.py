"""Consultation files: the samples, every mistake with its line, no trick gets in, and the stored form is exact."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.consultation_files import (
    lines_of,
    parse_consultation,
    read_consultation,
    read_taxonomy,
)
from config.consultation_schema import SECTIONS
from config.locale import Catalogue
from config.plain_words import read_plain_words
from config.yaml_entries import LARGEST
from core.model.audience import Who
from core.model.consultations import (
    WAVES,
    Anchor,
    Consultation,
    Decision,
    Design,
    DigestPlan,
    Experiment,
    Moment,
    Notice,
    Option,
    PartnerProfile,
    Question,
    QuestionKind,
    QuietHours,
    QuotePolicy,
    Readers,
    Redirect,
    ReplyPromise,
    Retention,
    Step,
    StepKind,
    Taxonomy,
    Topic,
)
from core.model.errors import FileError
from core.rules.commitments import check
from core.rules.findings import refused
from core.rules.redirects import says
from core.storage.consultations import STORED

ROOT = Path(__file__).parents[3]
EXAMPLES = ROOT / "config" / "examples"
CASES = ROOT / "tests" / "cases" / "consultation_files"
SMALL = (CASES / "small.yaml").read_text(encoding="utf-8")


def changed(case: str) -> tuple[str, list[str]]:
    """A case file tells what changes in small.yaml ("- " old lines, "+ " new ones) and which mistakes come ("? ")."""
    text, old, new, mistakes = SMALL, [], [], []
    for line in [*case.splitlines(), "?"]:
        if old and not line.startswith("+") and (new or not line.startswith("-")):
            before = "\n".join(old)
            assert before in text, f"not in small.yaml: {before}"
            text = text.replace(before, "\n".join(new), 1)
            old, new = [], []
        if line.startswith("- "):
            old.append(line[2:])
        elif line.startswith("+ "):
            new.append(line[2:])
        elif line.startswith("? "):
            mistakes.append(line[2:])
    return text, mistakes


def mistakes_of(text: str, name: str = "small.yaml", language: str = "en") -> list[str]:
    with pytest.raises(FileError) as refusal:
        parse_consultation(text, name=name, folder=CASES, language=language)
    return str(refusal.value).splitlines()


@pytest.mark.parametrize("case", sorted(CASES.glob("*.txt")), ids=lambda path: path.stem)
def test_every_mistake_is_said_at_once_with_its_line(case: Path) -> None:
    text, expected = changed(case.read_text(encoding="utf-8"))
    assert sorted(mistakes_of(text)) == sorted(expected)


def test_mistakes_are_said_in_french_too() -> None:
    (mistake,) = mistakes_of(SMALL.replace("\nopen: Le nouvel endroit n'est pas choisi.", ""), language="fr")
    assert mistake.startswith("small.yaml:1: rien n'est ouvert — écrivez sous «")


QUOTED = re.compile(r"[«“]\s*(.+?)\s*[»”]")


def examples_in(mistake: str) -> list[str]:
    """The lines of a file that a mistake quotes."""
    return [each for each in QUOTED.findall(mistake) if ": " in each]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_whoever_writes_what_the_mistakes_give_as_examples_has_a_file_that_can_be_read(language: str) -> None:
    text = "decided: 1\nopen: 2\nreaders: 3\n"
    for mistake in mistakes_of(text, language=language):
        key, examples = QUOTED.findall(mistake)[0], examples_in(mistake)
        if examples[0].startswith(f"{key}: "):
            text += f"{examples[0]}\n"
        else:
            between = "\n    " if examples[0].startswith("- ") else "\n  "
            text += f"{key}:\n  {between.join(examples)}\n"
    written = parse_consultation(text, name="mine.yaml")
    assert [written.decided, written.languages] == [{language: "1"}, (language,)]


def test_every_key_that_must_be_there_says_what_to_write() -> None:
    words = Catalogue()
    required = [key for keys in SECTIONS.values() for key in keys if key.required]
    in_own_words = {"decided", "open", "readers"}
    for key in required:
        for language in words.languages:
            said = words.say(key.missing, language, {"key": "KEY"})
            assert key.name in in_own_words or examples_in(said), said


def test_the_small_file_is_one_consultation() -> None:
    small = parse_consultation(SMALL, name="small.yaml")
    assert small.languages == ("fr",)
    assert small.title == {"fr": "Le marché du samedi"}
    assert small.opens_at == datetime(2026, 11, 16, 7, 0, tzinfo=UTC)
    assert small.closes_at == datetime(2027, 1, 31, 22, 59, tzinfo=UTC)
    assert small.quiet == QuietHours(time(21, 0), time(8, 30))
    assert small.retention.contributions == timedelta(days=365)
    assert [option.id for option in small.questions[1].options] == ["souvent", "parfois", "jamais"]
    assert small.digest.quotes is QuotePolicy.REVIEWED
    assert small.digest.slack_channel == "#marche"
    assert small.digest.language == "fr"
    assert small.revision == 1


def test_the_pool_is_the_first_story() -> None:
    pool = read_consultation(EXAMPLES / "piscine.yaml")
    assert pool.why["fr"] == "La piscine rouvre en 2027."
    assert pool.decided["fr"] == "Les travaux sont décidés."
    assert pool.open["fr"] == "Les horaires, non : votre avis compte pour ça."
    assert (pool.decision.who["fr"], pool.decision.on) == ("Le conseil municipal", date(2027, 3, 12))
    assert pool.reply.by == date(2027, 3, 30)
    assert pool.readers.who["fr"] == "Le service des sports"
    often, more, where = pool.questions
    assert often.kind is QuestionKind.SINGLE
    assert often.text["fr"] == "Vous venez à la piscine…"
    assert [option.label["fr"] for option in often.options] == ["Chaque semaine", "Parfois", "Jamais"]
    assert more.kind is QuestionKind.OPEN
    assert more.text["fr"] == "Qu'est-ce qui vous ferait venir plus souvent ?"
    assert more.hint["fr"] == "Écrivez comme vous parlez : pas de mauvaise réponse."
    assert where.kind is QuestionKind.SECTOR
    assert [option.label["fr"] for option in where.options] == ["Centre", "Bellevue", "Gare"]
    assert where.hint["fr"] == "Pour vérifier que tous sont entendus."
    assert pool.shares == {"centre": 0.52, "bellevue": 0.18, "gare": 0.3}
    assert [step.kind for step in pool.steps] == [kind for kind in StepKind if kind is not StepKind.EVENT]
    assert pool.steps[1].moment == Moment(after=timedelta(days=1), anchor=Anchor.ARRIVAL, at_time=time(18, 0))


def test_the_library_asks_in_the_other_ways() -> None:
    library = read_consultation(EXAMPLES / "bibliotheque.yaml")
    assert [question.kind for question in library.questions] == [
        QuestionKind.SEVERAL,
        QuestionKind.NUMBER,
        QuestionKind.SCALE,
        QuestionKind.OPEN,
    ]
    assert library.decision.several
    assert library.readers.several
    assert library.digest.weekdays == (0, 3)
    assert library.digest.quotes is QuotePolicy.MASKED
    assert library.quiet == QuietHours(time(21, 30), time(8, 30))


@pytest.mark.parametrize("name", ["piscine.yaml", "bibliotheque.yaml"])
def test_the_samples_speak_both_languages_and_are_stored_exactly(name: str) -> None:
    sample = read_consultation(EXAMPLES / name)
    assert sample.languages == ("fr", "en")
    stored = STORED.dump_json(sample)
    assert STORED.validate_json(stored) == sample
    assert STORED.dump_json(STORED.validate_json(stored)) == stored


@pytest.mark.parametrize(
    ("said", "name", "redirect"),
    [
        ("ma chaudière fuit", "piscine", "logement"),
        ("la chaudiere elle est en panne depuis hier", "piscine", "logement"),
        ("My boiler leaks", "piscine", "logement"),
        ("j'ai envie de me faire du mal", "piscine", "mal-etre"),
        ("ça sent une odeur de gaz", "piscine", "danger"),
        ("mon père me frappe", "bibliotheque", None),
        ("il n'y a plus de chauffage dans ma chambre", "bibliotheque", "logement"),
        ("le garçon du bâtiment B, il me harcèle", "bibliotheque", "violences"),
        ("plus de chauffage dans les vestiaires", "piscine", None),
        ("je ne veux pas mourir de froid dans l'eau", "piscine", None),
        ("on n'a plus envie de vivre dans ce quartier", "piscine", None),
        ("tourner à droite au feu", "piscine", None),
        ("il y a une fuite au plafond des douches", "piscine", None),
        ("il faut stopper ce projet", "piscine", None),
    ],
)
def test_the_samples_answer_what_is_urgent_and_nothing_else(said: str, name: str, redirect: str | None) -> None:
    sample = read_consultation(EXAMPLES / f"{name}.yaml")
    own = [each.id for each in sample.redirects if any(says(said, words) for words in each.words)]
    assert own == ([redirect] if redirect else [])


TEXTS = st.dictionaries(st.sampled_from(["fr", "en"]), st.text(max_size=20))
SPANS = st.timedeltas(timedelta(0), timedelta(days=36525))
INSTANTS = st.datetimes(timezones=st.just(UTC))
QUESTIONS = st.builds(
    Question,
    text=TEXTS,
    hint=TEXTS,
    options=st.lists(st.builds(Option, label=TEXTS), max_size=2).map(tuple),
    low_label=TEXTS,
    high_label=TEXTS,
)
MOMENTS = st.builds(
    Moment,
    at=st.none() | st.datetimes(),
    after=st.none() | SPANS,
    at_time=st.none() | st.times(),
)
CONSULTATIONS = st.builds(
    Consultation,
    partner=st.builds(PartnerProfile, name=TEXTS, counter=TEXTS),
    title=TEXTS,
    why=TEXTS,
    decided=TEXTS,
    open=TEXTS,
    decision=st.builds(Decision, who=TEXTS),
    readers=st.builds(Readers, who=TEXTS),
    reply=st.builds(ReplyPromise, service=TEXTS),
    languages=st.just(("fr", "en")),
    opens_at=INSTANTS,
    closes_at=INSTANTS,
    questions=st.lists(QUESTIONS, max_size=3).map(tuple),
    taxonomy=st.lists(st.builds(Topic, name=TEXTS), max_size=3).map(lambda topics: Taxonomy(tuple(topics))),
    steps=st.lists(st.builds(Step, moment=MOMENTS, text=TEXTS), max_size=2).map(tuple),
    sources=st.dictionaries(st.text(max_size=5), TEXTS, max_size=2),
    why_you=TEXTS,
    notice=st.builds(Notice, contact=TEXTS, more=TEXTS),
    retention=st.builds(Retention, contributions=SPANS, held_text=SPANS),
    redirects=st.lists(st.builds(Redirect, words=st.just(("a", "b*")), answer=TEXTS), max_size=2).map(tuple),
    quiet=st.builds(QuietHours, start=st.times(), end=st.times()),
    digest=st.builds(DigestPlan, weekdays=st.just((0, 3)), at=st.times()),
    shares=st.dictionaries(st.text(max_size=5), st.floats(0, 1), max_size=2),
)


@settings(max_examples=60, deadline=None)
@given(consultation=CONSULTATIONS)
def test_what_is_stored_comes_back_exactly(consultation: Consultation) -> None:
    assert STORED.validate_json(STORED.dump_json(consultation)) == consultation


def test_a_taxonomy_may_stand_beside_the_consultation(tmp_path: Path) -> None:
    start = SMALL.index("taxonomy:")
    text = SMALL[:start] + "taxonomy: themes.yaml\n" + SMALL[SMALL.index("steps:") :]
    (tmp_path / "marche.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "themes.yaml").write_text("topics:\n  - name: Lieu\n    words: place, rue\n", encoding="utf-8")
    (topic,) = read_consultation(tmp_path / "marche.yaml").taxonomy.topics
    assert (topic.id, topic.words) == ("lieu", ("place", "rue"))
    assert read_taxonomy(tmp_path / "themes.yaml").topics == (topic,)
    (tmp_path / "themes.yaml").write_text("topics:\n  - nom: Lieu\n", encoding="utf-8")
    with pytest.raises(FileError) as refusal:
        read_consultation(tmp_path / "marche.yaml")
    assert "themes.yaml:2: “nom” is not a key here — did you mean “name”?" in str(refusal.value)


def test_topics_words_and_descriptions_may_stand_once_for_each_language() -> None:
    text = SMALL.replace("words: [place, rue, parking]", "words: {fr: [place, rue]}").replace(
        "description: L'endroit du marché.", "description: {fr: L'endroit.}"
    )
    (topic,) = parse_consultation(text, name="small.yaml").taxonomy.topics
    assert topic.words == ("place", "rue")
    assert topic.description == "L'endroit."


def bombs() -> Iterator[tuple[str, str]]:
    yield "a: &a [x]\n" + "b: [" + "*a, " * 30 + "]\n", "too many references"
    yield "[" * 5000, "too many levels"
    yield "- " * 5000, "too many levels"
    yield "a: &a [*a]\n", "is not a key here"
    yield "x" * (LARGEST + 1), "larger than 256 KiB"
    yield "é" * LARGEST, "larger than 256 KiB"
    yield "", "the file is empty"
    yield "# nothing\n", "the file is empty"
    yield "a: 1\n---\nb: 2\n", "cannot be read"
    yield "a: \x07\n", "cannot be read"
    yield "- a\n- b\n", "this is not a consultation"
    yield "!!python/object/apply:os.system ['true']\n", "this is not a consultation"


@pytest.mark.parametrize(("text", "complaint"), list(bombs()))
def test_no_trick_gets_in(text: str, complaint: str) -> None:
    assert any(complaint in mistake for mistake in mistakes_of(text))


@settings(max_examples=50, deadline=None)  # each reads a whole file
@given(place=st.integers(0, len(SMALL)), length=st.integers(0, 30), put=st.text(max_size=12))
def test_whatever_is_typed_gives_a_consultation_or_a_sentence(place: int, length: int, put: str) -> None:
    text = SMALL[:place] + put + SMALL[place + length :]
    said: list[str] = []
    try:
        parse_consultation(text, name="small.yaml")
    except FileError as refusal:
        said = str(refusal).splitlines()
    assert all(line.startswith(("small.yaml:", "…")) for line in said)


def test_many_mistakes_are_counted_rather_than_shown() -> None:
    many = "".join(f"wrong{number}: 1\n" for number in range(100))
    assert mistakes_of(SMALL + many)[-1] == "… and 60 more mistakes"


def test_a_file_that_is_not_there_or_not_text_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="cannot be read"):
        read_consultation(tmp_path / "nowhere.yaml")
    (tmp_path / "latin.yaml").write_bytes("title: café".encode("latin-1"))
    with pytest.raises(FileError, match="save it again as UTF-8"):
        read_consultation(tmp_path / "latin.yaml")


def test_every_value_knows_its_line() -> None:
    lines = lines_of(SMALL)
    assert lines["open"] == 12
    assert lines["decision.who"] == 14
    assert lines["questions[2].text"] == 29
    assert lines["questions[2].options[3]"] == 30
    assert lines_of("a: &a [*a]\n")["a"] == 1
    assert lines_of("[") == {}


DOCUMENT = (ROOT / "docs" / "consultation-file.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("section", list(SECTIONS))
def test_every_key_is_documented_and_nothing_else_is(section: str) -> None:
    heading = f"### `{section}`" if section else "### The file"
    chapter = DOCUMENT.split(f"\n{heading}\n")[1].split("\n##")[0]
    rows = re.findall(r"^\| `(\w+)` \| (●?) ?\|", chapter, re.MULTILINE)
    assert rows == [(key.name, "●" if key.required else "") for key in SECTIONS[section]]


def test_the_documented_example_can_be_read_and_starts() -> None:
    (example,) = re.findall(r"^```yaml\n(.*?)^```", DOCUMENT, re.MULTILINE | re.DOTALL)
    consultation = parse_consultation(example, name="docs")
    assert not refused(check(consultation, now=consultation.opens_at, plain_words=read_plain_words()))


def test_several_rooms_read_each_at_its_own_times() -> None:
    whole = (EXAMPLES / "piscine.yaml").read_text(encoding="utf-8")
    room = "{slack_channel: '#caisse', when: jeudi 9h, zone: Indian/Reunion, language: en, topics: [tarifs]"
    room += ", quiet_line: oui}"
    text = whole.replace("\ndigest:\n", f"\ndigest:\n  rooms: [{room}, {{slack_channel: C024BE91L}}]\n")
    consultation = parse_consultation(text, name="p")
    plan, now = consultation.digest, consultation.opens_at
    till, other = plan.rooms
    assert (till.slack_channel, till.weekdays, till.at, till.zone) == ("#caisse", (3,), time(9), "Indian/Reunion")
    assert (till.language, till.follows, till.quiet_line, till.emails) == ("en", ("tarifs",), True, ())
    assert (other.weekdays, other.at, other.language, other.quotes) == (plan.weekdays, plan.at, "fr", plan.quotes)
    assert not refused(check(consultation, now=now, plain_words=read_plain_words()))
    wrong = parse_consultation(text.replace("[tarifs]", "[prix]"), name="p")
    unknown = check(wrong, now=now, plain_words=read_plain_words())
    assert [each.key for each in unknown if each.severity == "refuse"] == ["check.digest_unknown"]
    (mistake,) = mistakes_of(text.replace("Indian/Reunion", "Saint-Denis"))
    assert "“Saint-Denis” is not a time zone" in mistake


def test_the_shares_of_the_people() -> None:
    whole = (EXAMPLES / "piscine.yaml").read_text(encoding="utf-8")
    shares = "{Chaque semaine: 50 %, sometimes: 0.3, jamais: 20 %}"
    read = parse_consultation(
        f"{whole}reference: {{frequence: {shares}, language: {{fr: 90 %, EN: 10 %}}}}\n", name="p"
    )
    assert read.reference == {
        "frequence": {"chaque-semaine": 0.5, "parfois": 0.3, "jamais": 0.2},
        "language": {"fr": 0.9, "en": 0.1},
    }


@pytest.mark.parametrize(
    ("reference", "said"),
    [
        ("{frequence: 50 %}", "has its answers and their shares"),
        ("{horaires: {oui: 100 %}}", "“horaires” is no question whose shares can be compared"),
        ("{frequence: {jeudi: 100 %}}", "“jeudi” is no possible answer — write one of these: chaque-semaine"),
        ("{language: {fr: beaucoup}}", "“beaucoup” is not a share"),
        ("{language: {fr: 40 %}}", "the shares of “language” make 40 %"),
    ],
)
def test_shares_that_cannot_be_compared_say_what_to_write(reference: str, said: str) -> None:
    whole = (EXAMPLES / "piscine.yaml").read_text(encoding="utf-8")
    (mistake,) = mistakes_of(f"{whole}reference: {reference}\n")
    assert said in mistake
    assert mistake.startswith(f"small.yaml:{len(whole.splitlines()) + 1}:")


def digest_emails(tmp_path: Path, line: str) -> tuple[str, ...]:
    file = tmp_path / "small.yaml"
    text = (CASES / "small.yaml").read_text(encoding="utf-8")
    file.write_text(text.replace("  slack_channel: '#marche'\n", f"  slack_channel: '#marche'\n  emails: {line}\n"))
    return read_consultation(file).digest.emails


def test_who_gets_the_digest_by_e_mail(tmp_path: Path) -> None:
    assert digest_emails(tmp_path, "[Sports@Town.example, a@b.example, sports@town.example]") == (
        "sports@town.example",
        "a@b.example",
    )
    assert digest_emails(tmp_path, "sports@town.example") == ("sports@town.example",)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("[sports]", "sports@town.example"),
        ("['a@b.example>, c@d.example']", "is not an e-mail address"),
        ("[jean..petit@b.example]", "is not an e-mail address"),
        (f"[{'a' * 60}@b.example]", "64 characters at most"),
        (str([f"a{n}@b.example" for n in range(21)]), "20 addresses at most"),
    ],
)
def test_an_address_that_cannot_be_written_to_is_said(tmp_path: Path, line: str, told: str) -> None:
    with pytest.raises(FileError, match=told):
        digest_emails(tmp_path, line)


def test_quiet_days() -> None:
    line = "quiet_hours: {from: 21h, to: 8h30, days: [dimanches, jours fériés]}"
    assert parse_consultation(f"{SMALL}{line}\n", name="small").quiet == QuietHours(sundays=True, holidays=True)
    (mistake,) = mistakes_of(f"{SMALL}{line.replace('dimanches', 'lundis')}\n", language="fr")
    assert "ne sont pas des jours calmes" in mistake


# ── experiments ──────────────────────────────────────────────────────────────────────────────────────────────────────


def with_step(step: str) -> str:
    return SMALL[: SMALL.index("steps:")] + f"steps:\n  - {step}\n"


@pytest.mark.parametrize(
    ("step", "experiment"),
    [
        ("{kind: reminder, when: 2027-01-19 18:00}", WAVES),
        ("{kind: rappel, when: {after: 7 jours, from: start}}", WAVES),
        ("{kind: reminder, when: {after: 1 jour, from: arrival}}", None),
        ("{kind: last_call, when: 2027-01-19 18:00}", None),
        ("{kind: reminder, when: 2027-01-19 18:00, experiment: none}", None),
        ("{kind: reminder, when: {after: 1 jour, from: arrival}, experiment: deux vagues}", WAVES),
        ("{kind: reminder, when: 2027-01-19 18:00, experiment: holdout 20 %}", Experiment(Design.HOLDOUT, 0.8)),
        (
            "{kind: last_call, when: 2027-01-19 18:00, experiment: {kind: waves, share: 30 %, time: 1 jour}}",
            Experiment(Design.WAVES, 0.3, timedelta(days=1)),
        ),
        (
            "{kind: reminder, when: 2027-01-19 18:00, experiment: {kind: wordings, text: Une minute suffit.}}",
            Experiment(Design.WORDINGS, 0.5, timedelta(days=7), {"fr": "Une minute suffit."}),
        ),
    ],
)
def test_the_experiment_of_a_step(step: str, experiment: Experiment | None) -> None:
    assert parse_consultation(with_step(step), name="small").steps[0].experiment == experiment


@pytest.mark.parametrize(
    ("paid", "most"),
    [
        ("20000 messages", 20_000),
        ("20 000 messages", 20_000),
        ("2,000 Stars", 20_000),
        ("2.000 étoiles", 20_000),
        ("1 star", 10),
        ("1 message", 1),
    ],
)
def test_how_many_messages_of_a_step_may_be_paid_for(paid: str, most: int) -> None:
    step = f"{{kind: reminder, when: start, paid: '{paid}'}}"
    assert parse_consultation(with_step(step), name="small").steps[0].paid == most
    assert parse_consultation(with_step("{kind: reminder, when: start}"), name="small").steps[0].paid == 0


@pytest.mark.parametrize("paid", ["2000", "yes", "-5 messages", "2000 euros", "20,00 messages", "99999999999 messages"])
def test_a_ceiling_that_is_not_sure_is_refused(paid: str) -> None:
    (mistake,) = mistakes_of(with_step(f"{{kind: reminder, when: start, paid: '{paid}'}}"))
    assert "“20000 messages” or “2000 Stars”" in mistake


@pytest.mark.parametrize(
    ("experiment", "said"),
    [
        ("magie", "n'est pas une expérience"),
        ("holdout 99 %", "une part entre 5 % et 95 %"),
        ("{kind: waves, time: 20 minutes}", "entre 1 heure et 60 jours"),
        ("wordings", "donnez le second"),
        ("{kind: waves, text: Encore.}", "donnez le second"),
    ],
)
def test_an_experiment_that_cannot_be_says_what_to_write(experiment: str, said: str) -> None:
    step = f"{{kind: reminder, when: 2027-01-19 18:00, experiment: {experiment}}}"
    (mistake,) = mistakes_of(with_step(step), language="fr")
    assert said in mistake.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")


def test_only_nudges_have_experiments() -> None:
    (mistake,) = mistakes_of(with_step("{kind: results, when: 2027-03-28 11:00, experiment: waves}"), language="fr")
    assert "rappel ou un dernier appel" in mistake


def test_whom_a_step_is_for() -> None:
    step = (
        "{kind: reminder, when: {after: 1 jour, from: arrival}, "
        "for: {source: [sms, site], not: {topic: Lieu}, any: [{sector: Gare}, {deja: oui}]}}"
    )
    who = parse_consultation(with_step(step.replace("deja", "took_part_before")), name="small").steps[0].who
    assert who == Who(
        sources=("sms", "site"),
        none=(Who(topics=("lieu",)),),
        any=(Who(sectors=("gare",)), Who(took_part_before=True)),
    )
    assert len(mistakes_of(with_step(step), language="fr")) == 1


def test_a_step_for_those_who_chose_an_answer() -> None:
    def said(answer: str) -> str:
        return f"{{kind: reminder, when: {{after: 1 jour, from: arrival}}, for: {{answer: {answer}}}}}"

    age = "  - {id: age, kind: single, text: Votre âge, options: [18-25, 26-64, {id: plus, label: 65 ans et plus}]}\n"

    def asked(answer: str) -> str:
        return with_step(said(answer)).replace("questions:\n", f"questions:\n{age}", 1)

    who = parse_consultation(asked("{age: [18-25, 65 ans et plus]}"), name="small").steps[0].who
    assert who == Who(answers=(("age", ("18-25", "plus")),))
    for wrong, words in (("{age: 12}", "« 12 » n'est pas une réponse possible"), ("{taille: 3}", "taille")):
        (mistake,) = mistakes_of(asked(wrong), language="fr")
        assert words in mistake.replace("\N{NO-BREAK SPACE}", " ")


def test_a_partner_may_write_less_often_and_never_more() -> None:
    def pushes(number: int) -> str:
        return re.sub(r"partner:\n", f"partner:\n  pushes_a_week: {number}\n", SMALL, count=1)

    assert parse_consultation(SMALL, name="small").partner.pushes_a_week == 2
    assert parse_consultation(pushes(1), name="small").partner.pushes_a_week == 1
    for wrong in (0, 3):
        (mistake,) = mistakes_of(pushes(wrong))
        assert "pushes_a_week" in mistake


def test_a_weekly_step_is_one_step_a_week_from_the_opening_to_the_closing() -> None:
    steps = "{kind: reminder, when: {every: mercredi, at: 12h}}\n  - {kind: results, when: 2027-03-28 11:00}"
    found = parse_consultation(with_step(steps), name="small").steps
    assert [step.id for step in found[:3]] == ["reminder-1", "results", "reminder-2"], "a step keeps its place"
    weeks = [step.moment.at for step in found if step.kind is StepKind.REMINDER]
    assert [str(week) for week in weeks[:2]] == ["2026-11-18 12:00:00", "2026-11-25 12:00:00"]
    assert str(weeks[-1]) == "2027-01-27 12:00:00", "the file closes on 31 January"
    assert all(step.experiment is None for step in found)


@pytest.mark.parametrize(
    ("when", "said"),
    [
        ("{every: tantôt}", "n'est pas un jour"),
        ("{every: lundi, after: 2 jours}", "hebdomadaire"),
        ("{from: lune}", "answer"),
    ],
)
def test_a_weekly_step_that_cannot_be_says_what_to_write(when: str, said: str) -> None:
    assert said in mistakes_of(with_step(f"{{kind: reminder, when: {when}}}"), language="fr")[0]


def test_counted_from_the_last_answer() -> None:
    step = "{kind: rappel, when: {after: 2 jours, from: dernière réponse, at: 18h}}"
    found = parse_consultation(with_step(step), name="small").steps[0]
    assert found.moment == Moment(after=timedelta(days=2), anchor=Anchor.ANSWER, at_time=time(18))
    assert (found.person_by_person, found.experiment) == (True, None)


def test_a_question_may_have_topics_of_its_own_here_or_in_a_file_beside() -> None:
    asked = "    text: Où mettriez-vous le marché ?\n"
    own = asked + "    taxonomy: [{id: lieu, name: Endroit, words: [quai]}, {id: jour, name: Jour, words: [samedi]}]\n"
    consultation = parse_consultation(SMALL.replace(asked, own), name="small")
    first, second = consultation.questions
    assert first.taxonomy is not None and second.taxonomy is None
    assert [topic.id for topic in first.taxonomy.topics] == ["lieu", "jour"]
    assert [(topic.id, topic.name["fr"]) for topic in consultation.topics] == [("lieu", "Lieu"), ("jour", "Jour")]
    nowhere = asked + "    taxonomy: elsewhere.yaml\n"
    with pytest.raises(FileError, match="elsewhere"):
        parse_consultation(SMALL.replace(asked, nowhere), name="small")
