"""`campaign new`: from a few plain answers to a file that passes the check, and starts."""

import builtins
from typing import NoReturn

import pytest

from config.consultation_files import read_consultation
from core.model.consultations import QuestionKind, StepKind
from tests.integration.terminal.conftest import Program

ANSWERS = """\
Commune de Saint-Lubin
la mairie, 02 99 00 00 00
mairie@saint-lubin.example
Paris

La cour de l'école
La cour de l'école : on la refait à l'été 2027.
Les travaux ont lieu de juillet à septembre.
Ce qu'on met dans la cour n'est pas encore choisi.
Qu'aimeriez-vous dans la cour ?

Qui êtes-vous ?
Parent

Parent
Élève


Jeux: ballon, marelle
Arbres: arbre, ombre

Le service des écoles
Le conseil municipal

1er novembre 2026
15 janvier 2027
10/02/2027
10 février 2027
1er janvier 2027
1er mars 2027
Affiche de l'école

ecole
peut-être
non

"""


def test_answered_question_by_question_it_passes_and_starts(program: Program) -> None:
    said = program.does("campaign", "new", "cour.yaml", typed=ANSWERS, language="fr")
    for wrong in (
        "Ce n'est pas un fuseau horaire",
        "Un seul choix n'en est pas un",
        "La fin vient avant le début",
        "Ce jour ne se lit pas. Écrivez 2027-03-12 ou 12 mars 2027.",
        "Votre réponse viendrait avant la décision",
        "Répondez oui ou non",
    ):
        assert said.count(wrong) == 1, wrong
    assert "Rien à redire." in said
    assert program.does("campaign", "check", "cour.yaml", language="fr").startswith("Rien à redire.")
    assert "a démarré" in program.does("campaign", "start", "cour.yaml", language="fr")

    found = read_consultation(program.folder / "cour.yaml")
    assert (found.id, found.partner.id, found.languages) == ("cour-ecole", "commune-saint-lubin", ("fr",))
    assert found.why["fr"] == "La cour de l'école : on la refait à l'été 2027."
    assert found.partner.counter["fr"] == "la mairie, 02 99 00 00 00"
    assert found.notice.contact["fr"] == "mairie@saint-lubin.example"
    assert found.notice.more["fr"].startswith("Commune de Saint-Lubin vous demande votre avis.")
    assert [each.kind for each in found.questions] == [QuestionKind.OPEN, QuestionKind.SINGLE]
    assert [topic.words for topic in found.taxonomy.topics] == [("ballon", "marelle"), ("arbre", "ombre")]
    assert list(found.sources) == ["affiche-ecole-cour-ecole"]
    assert found.digest.slack_channel == "#ecole"
    assert [each.kind for each in found.steps] == [StepKind.PROMPT, StepKind.LAST_CALL, StepKind.RESULTS]


def test_without_slack_the_team_is_asked_for_its_addresses(program: Program) -> None:
    said = program.does(
        "campaign",
        "new",
        "mail.yaml",
        typed=ANSWERS.replace("ecole\npeut", "\nsports\na@b.example\npeut"),
        language="fr",
    )
    assert said.count("Ce n'est pas une adresse e-mail.") == 1
    assert read_consultation(program.folder / "mail.yaml").digest.emails == ("a@b.example",)


def test_what_is_left_for_later_is_named_place_by_place(program: Program) -> None:
    said = program.does("campaign", "new", "later.yaml", typed="Town of Valbrune\n")
    lines = (program.folder / "later.yaml").read_text(encoding="utf-8").splitlines()
    places = [number for number, line in enumerate(lines, 1) if line.endswith(" TO COMPLETE")]
    ran = program("campaign", "check", "later.yaml")
    assert ran.code == 1
    named = [line for line in ran.err.splitlines() if "is still to complete" in line]
    assert [int(line.split(":")[1]) for line in named] == places
    assert ran.err.splitlines() == named, "one place, one line, and nothing else"
    assert all(line in said for line in named)
    assert "later.yaml:12" not in ran.err, "the partner was said"


def test_nothing_is_overwritten_and_nobody_answers_in_vain(program: Program) -> None:
    program.does("campaign", "new", "once.yaml")
    before = (program.folder / "once.yaml").read_text(encoding="utf-8")
    assert "once.yaml exists already" in program.is_refused("campaign", "new", "once.yaml")
    assert (program.folder / "once.yaml").read_text(encoding="utf-8") == before
    assert "cannot be written" in program.is_refused("campaign", "new", "once.yaml/below.yaml")
    assert "de" in program.is_refused("campaign", "new", "new.yaml", "--language", "de")


def test_ctrl_c_leaves_nothing_behind(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    def pressed(_before: str) -> NoReturn:
        raise KeyboardInterrupt

    monkeypatch.setattr(builtins, "input", pressed)
    ran = program("campaign", "new", "never.yaml")
    assert ran.code == 130
    assert "nothing is written" in ran.err
    assert [path.name for path in program.folder.iterdir() if "never" in path.name] == []


def test_ctrl_c_keeps_what_was_answered(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter(["Town of Valbrune", "the town hall"])

    def pressed_at_the_third(_before: str) -> str:
        if answer := next(answers, ""):
            return answer
        raise KeyboardInterrupt

    monkeypatch.setattr(builtins, "input", pressed_at_the_third)
    ran = program("campaign", "new", "begun.yaml")
    assert ran.code == 130
    assert "Your consultation is in begun.yaml" in ran.out
    written = (program.folder / "begun.yaml").read_text(encoding="utf-8")
    assert "counter: the town hall" in written
    assert "contact: TO COMPLETE" in written


def test_the_file_can_be_in_another_language_than_the_questions(program: Program) -> None:
    said = program.does("campaign", "new", "court.yaml", "--language", "en", language="fr")
    assert "Qui pose les questions ?" in said
    assert "title: TO COMPLETE" in (program.folder / "court.yaml").read_text(encoding="utf-8")
