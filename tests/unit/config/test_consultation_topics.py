"""A new topic written into the text of a file: its lines, and not one more."""

from pathlib import Path

import pytest

from config.consultation_files import parse_consultation
from config.consultation_topics import with_topic
from core.model.errors import FileError

SAMPLES = Path(__file__).parents[3] / "config" / "examples"
POOL = (SAMPLES / "piscine.yaml").read_text(encoding="utf-8")


def test_it_stands_after_the_last_one_and_nothing_else_changes() -> None:
    text, after = with_topic(POOL, 'Jeux d\'eau "fous"', ["toboggan", "l'eau"])
    added = [line for line in text.splitlines() if line not in POOL.splitlines()]
    assert len(added) == 2 and text.replace("".join(f"{line}\n" for line in added), "") == POOL
    new = after.taxonomy.topics[-1]
    assert (set(new.name.values()), new.words) == ({'Jeux d\'eau "fous"'}, ("toboggan", "l'eau"))
    twice, after = with_topic(text, "Bus", ["bus"])
    assert [topic.name["fr"] for topic in after.taxonomy.topics[-2:]] == ['Jeux d\'eau "fous"', "Bus"]
    assert twice.startswith(text[: text.index("toboggan")])


def test_lists_in_one_line_and_of_a_question() -> None:
    short = POOL[: POOL.index("taxonomy:")] + "taxonomy: [{name: {fr: A, en: B}}]\n" + POOL[POOL.index("steps:") :]
    assert short.count("kind: open") >= 1
    text, after = with_topic(short, "Bus", ["bus"])
    assert 'taxonomy: [{name: {fr: A, en: B}}, {name: {"fr": "Bus", "en": "Bus"}, words: ["bus"]}]' in text
    assert len(after.taxonomy.topics) == 2


def test_it_says_why_it_cannot() -> None:
    with pytest.raises(FileError, match="do not stand in the consultation file itself"):
        with_topic(POOL, "Bus", ["bus"], "venir")
    # One list of its own for a question, the other in a file: the file cannot be found from here, but that is not why.
    main, steps = POOL.index("taxonomy:"), POOL.index("steps:")
    own = POOL[:main].replace("kind: open\n", "kind: open\n    taxonomy: [{name: {fr: A, en: B}}]\n", 1)
    first = parse_consultation(own + POOL[main:], name="piscine.yaml").questions
    mine = next(each.id for each in first if each.taxonomy is not None)
    assert with_topic(own + POOL[main:], "Bus", ["bus"], mine)[1].question(mine) is not None
    with pytest.raises(FileError, match="do not stand in the consultation file itself"):
        with_topic(f"{own}taxonomy: themes.yaml\n{POOL[steps:]}", "Bus", ["bus"], mine)
    with pytest.raises(FileError):
        with_topic(POOL, "Horaires", ["bus"])
