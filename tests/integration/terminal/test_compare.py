"""`compare`: the partner's own figures beside the answers, and a file with mistakes told line by line."""

import json
from pathlib import Path

import pytest

from tests.integration.terminal.conftest import POOL, Program

GOOD = """question,answer,share
quartier,Centre,50 %
quartier,bellevue,0.2
quartier,GARE,30
language,fr,90
language,en,10
"""


def test_the_shares_may_stand_in_the_consultation_file(program: Program) -> None:
    path = program.folder / "own.yaml"
    often = "{Chaque semaine: 50 %, parfois: 30 %, jamais: 20 %}"
    reference = f"reference:\n  language: {{fr: 90 %, en: 10 %}}\n  frequence: {often}\n"
    path.write_text(Path(POOL).read_text(encoding="utf-8") + reference, encoding="utf-8")
    program.does("campaign", "start", str(path))
    found = json.loads(program.does("compare", "piscine", "--json"))
    assert [each["question"] for each in found] == ["quartier", "language", "frequence"]


def test_too_few_answers_are_said_and_not_compared(program: Program) -> None:
    program.does("campaign", "start", POOL)
    Path("shares.csv").write_text(GOOD, encoding="utf-8")
    said = program.does("compare", "piscine", "--reference", "shares.csv")
    assert "Language of the answers" in said
    assert "0 answers: too few to compare (it takes 30)" in said
    found = json.loads(program.does("compare", "piscine", "--reference", "shares.csv", "--json"))
    assert [(each["question"], each["answers"], each["enough"]) for each in found] == [
        ("quartier", 0, False),
        ("language", 0, False),
    ]
    program.does("report", "piscine", "--reference", "shares.csv", "--format", "md", "--out", "r.md")
    assert "Language of the answers" in Path("r.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a,b\n", "lacks the columns question, answer, share"),
        ("question;answer;share\nquartier;Mars;100 %\n", "Line 2: “Mars” is no possible answer"),
        ("question,answer,share\nvenir,x,100 %\n", "Known: frequence, quartier, language"),
        ("question,answer,share\nquartier,Centre,much\n", "“much” is no share"),
        ("question,answer,share\nquartier,Centre,nan\n", "“nan” is no share"),
        ("question,answer,share\nquartier,Centre,40 %\n", "make 40%"),
    ],
)
def test_a_mistake_is_told_with_what_to_write(program: Program, text: str, said: str) -> None:
    program.does("campaign", "start", POOL)
    Path("shares.csv").write_text(text, encoding="utf-8")
    assert said in program.is_refused("compare", "piscine", "--reference", "shares.csv")
