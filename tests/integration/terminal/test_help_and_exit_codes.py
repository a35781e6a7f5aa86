"""Every command's help in both languages, and what a run ends in: 0 done, 1 a sentence, 2 wrong usage, 130 Ctrl-C."""

import logging
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

import pytest
import typer

import main
from bots.terminal.commands.app import build, run
from bots.terminal.commands.shape import ORDER, PROGRAM
from bots.terminal.commands.usage import in_our_words
from bots.terminal.parts import Parts
from bots.terminal.screen import Screen
from config.settings import load_settings
from core.model.errors import NotFound, PorteVoixError
from core.storage.engine import only_pen
from tests.integration.terminal.conftest import POOL, Program

CHECKOUT = Path(main.__file__).parent
TYPED = ("csv", "html", "fr", "reader")
"""Values with which a help may begin."""
THEIRS = ("NAME", "TEXT", "WORDS", "FOLDER", "FILE", "GROUP", "ADDRESS", "ROLE", "NAME=N")
"""What stands for a value in an English help."""
TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw9"
EXAMPLE = {"en": "Example: python main.py ", "fr": "Exemple : python main.py "}


def parts(language: str) -> Parts:
    return main._parts(load_settings({"PORTE_VOIX_LANGUAGE": language, "TELEGRAM_BOT_TOKEN": TOKEN}, None))


def paths(command: Any, before: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every command and sub-command of the tree."""
    for name, inner in getattr(command, "commands", {}).items():
        yield (*before, name)
        yield from paths(inner, (*before, name))


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_command_says_what_it_does_with_an_example_on_its_own_line(
    language: str, screen: Screen, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    own = parts(language)
    tree = typer.main.get_command(build(own, replace(screen, language=language)))
    found = list(paths(tree))
    assert run(own, ["status", "--help"]) == 0
    assert "python main.py status" in capsys.readouterr().out, "as it is typed; the others from a tree made once"
    assert {"run", "demo", "chat", "status", "digest", "import", "export", "retry", "slack-manifest", "campaign"} <= {
        path[0] for path in found
    }
    for path in found:
        tree(args=[*path, "--help"], prog_name=PROGRAM, standalone_mode=False)
        said = capsys.readouterr().out.replace("\u00a0", " ")
        examples = [line.strip() for line in said.splitlines() if EXAMPLE[language] in line]
        assert examples, f"{path} has no example"
        assert all(line.startswith(f"{EXAMPLE[language]}{' '.join(path)}") for line in examples), examples
        assert ("Usage :" in said) == (language == "fr")
        assert "Show this message" not in said
        assert "{" not in said.partition("\n")[0]
        assert not re.search(r" <|<=|\[default|required\]", said), (
            "signs of the library that say nothing to its readers"
        )


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_argument_and_option_is_told_in_whole_sentences(language: str, screen: Screen) -> None:
    tree = typer.main.get_command(build(parts(language), replace(screen, language=language)))
    for path in paths(tree):
        command = tree
        for name in path:
            command = command.commands[name]
        for each in command.params:
            said = each.help or ""
            assert said.endswith("."), f"{path}: {said!r}"
            assert said[0].isupper() or said.split()[0] in TYPED, f"{path}: {said!r}"
            assert (each.metavar in THEIRS) <= (language == "en"), f"{path}: {each.metavar}"


def test_the_first_page_lists_all_commands_in_the_order_of_their_use(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(parts("fr"), ["--help"]) == 0
    said = capsys.readouterr().out
    listed = [line.split()[0] for line in said.partition("Commandes")[2].splitlines()[1:] if line.startswith("  ")]
    assert listed == [name for name in ORDER if name in listed]
    assert "python main.py demo" in said
    assert "Pour en savoir plus sur une commande" in said


@pytest.mark.parametrize("language", ["fr", "en"])
def test_no_overview_cuts_a_sentence(
    language: str, screen: Screen, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    tree = typer.main.get_command(build(parts(language), replace(screen, language=language)))
    groups = {path[:-1] for path in paths(tree)}
    assert {(), ("topics",)} < groups
    for path in groups:
        tree(args=[*path, "--help"], prog_name=PROGRAM, standalone_mode=False)
        said = capsys.readouterr().out
        listed = said.partition("Commandes" if language == "fr" else "Commands")[2]
        assert listed, path
        assert "..." not in listed, path


# ── what goes wrong ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_before_anything_was_started(program: Program) -> None:
    for command in (["status"], ["digest", "piscine"], ["export", "piscine"], ["campaign", "status", POOL]):
        assert program.is_refused(*command) == ("nothing was started here yet: python main.py campaign start FILE\n")
    said = program.is_refused("campaign", "stop", POOL, language="fr")
    assert said == "la consultation « piscine » n'a jamais démarré : python main.py campaign start FICHIER\n"


FIRST_DAY = {
    ("staff", "link", "Claire"): "personne de l'équipe ne s'appelle « Claire »",
    ("staff", "list", "--partner", "ailleurs"): "il n'y a pas de partenaire « ailleurs » : il y a valbrune",
    ("source", "add", "plage", "Affiche"): "il n'y a pas de consultation « plage »",
    ("source", "retire", "piscine", "vitrine"): "« piscine » n'a pas de source « vitrine » en service",
    ("topics", "back", "piscine"): "rien de ce qui a été appris ne sert dans « piscine »",
    ("export", "plage"): "il n'y a pas de consultation « plage »",
    ("restore",): "quelle copie faut-il remettre ?",
    ("restore", "there.db"): "il n'y a pas de copie à there.db",
    ("backup", "there.db"): "there.db existe déjà",
    ("campaign", "check", "latin.yaml"): "latin.yaml n'est pas un texte en UTF-8",
}
"""What goes wrong on a first day, and how it is said in French."""


def test_what_goes_wrong_on_a_first_day_is_said_in_the_language_of_the_person(program: Program) -> None:
    program.does("campaign", "start", POOL)
    (program.folder / "there.db").touch()
    (program.folder / "latin.yaml").write_bytes("pièce".encode("latin-1"))
    for command, french in FIRST_DAY.items():
        assert french in program.is_refused(*command, language="fr"), command
        assert french not in program.is_refused(*command, language="en"), command
    with only_pen(program.folder / "town.db"):
        said = program.is_refused("retry", language="fr")
        assert said.startswith("un autre Porte-voix écrit déjà dans town.db : arrêtez-le d'abord")
        assert program.is_refused("retry").startswith("another Porte-voix already writes town.db: stop it first")


NO_PLACE = {
    ("kit", "piscine", "--source", "affiche-piscine", "--out", "there.db/kit"): "there.db/kit ne peut pas être écrit",
    ("backup", "there.db/copy.db"): "la copie there.db/copy.db n'a pas pu être écrite",
}


def test_where_nothing_can_be_written_a_sentence_says_so(program: Program) -> None:
    program.does("campaign", "start", POOL)
    (program.folder / "there.db").touch()
    for command, french in NO_PLACE.items():
        said = program.is_refused(*command, language="fr").replace("’", "'")
        assert french in said, command
        assert "(un fichier porte déjà ce nom)" in said or "(ce n'est pas un dossier)" in said, "why, in French too"
    program.monkeypatch.setenv("DATABASE_URL", "sqlite:///there.db/town.db")
    said = program.is_refused("campaign", "start", POOL, language="fr")
    assert said.startswith("la base ne peut pas être gardée dans there.db")


def test_a_folder_instead_of_a_database_is_called_one(program: Program) -> None:
    (program.folder / "var").mkdir()
    program.monkeypatch.setenv("DATABASE_URL", "sqlite:///var")
    for command in (("status",), ("campaign", "start", POOL)):
        assert program.is_refused(*command).startswith("var is a folder: write the name of a file into DATABASE_URL")


def test_a_database_server_that_is_silent_is_named_in_one_sentence(program: Program) -> None:
    program.monkeypatch.setenv("DATABASE_URL", "postgresql://town:hidden@127.0.0.1:1/town")
    for command in (("status",), ("campaign", "start", POOL)):
        said = program.is_refused(*command, language="fr")
        assert said == "PostgreSQL ne répond pas à 127.0.0.1:1 : vérifiez DATABASE_URL, et qu'il tourne\n"


WRONG_USAGE: Mapping[tuple[str, ...], str] = {
    ("dance",): "Il n'y a pas de commande « dance ».",
    ("simulate", "x.yaml"): "« simulate ». Vouliez-vous dire « python main.py campaign simulate » ?",
    ("campaign", "kit"): "« kit ». Vouliez-vous dire « python main.py kit » ?",
    ("retire",): "« retire ». Vouliez-vous dire « python main.py source retire » ?",
    ("campaign", "chek"): "Il n'y a pas de commande « chek ». Vouliez-vous dire « check » ?",
    ("demo", "--peopel", "3"): "Il n'y a pas d'option --peopel. Vouliez-vous dire --people ?",
    ("status", "--colour"): "Il n'y a pas d'option --colour.",
    ("export",): "Il manque CONSULTATION.",
    ("kit", "piscine"): "Il manque --source.",
    ("follow-up", "add", "piscine"): "Il manque --state. Écrivez l'un de : received, under_study, kept,",
    ("demo", "--people"): "Il manque une valeur après --people.",
    ("demo", "--json=3"): "--json s'écrit seul, sans valeur.",
    ("topics", "--help=3"): "--help s'écrit seul, sans valeur.",
    ("staff", "add", "Claire", "Petit"): "Il y a un mot de trop : Petit.",
    ("campaign", "start", "nowhere.yaml"): "FICHIER : « nowhere.yaml » n'existe pas.",
    ("campaign", "check", "."): "FICHIER : « . » est un dossier.",
    ("kit", "piscine", "--source", "a", "--out", "there"): "--out : « there » est un fichier.",
    (
        "export",
        "piscine",
        "--format",
        "pdf",
    ): "--format : « pdf » n'est pas un choix. Écrivez l'un de : 'csv', 'jsonl'.",
    ("follow-up", "add", "piscine", "--on", "demain"): "--on : « demain » n'est pas un jour.",
    ("follow-up", "add", "piscine", "--at", "midi"): "--at : « midi » n'est pas un jour et une heure.",
    ("demo", "--people", "0"): "--people : ce nombre est trop petit. Le plus petit possible est 1.",
    ("demo", "--people", "5001"): "--people : ce nombre est trop grand. Le plus grand possible est 5000.",
    ("demo", "--people", "douze"): "--people : écrivez un nombre entier",
}


@pytest.mark.parametrize("arguments", WRONG_USAGE, ids=" ".join)
def test_wrong_usage_is_told_in_the_reader_s_language_with_where_the_help_is(
    program: Program, screen: Screen, arguments: tuple[str, ...]
) -> None:
    (program.folder / "there").touch()
    french, english = program(*arguments, language="fr"), program(*arguments)
    for ran in (french, english):
        assert (ran.code, ran.out) == (2, "")
        assert "Traceback" not in ran.err
    assert WRONG_USAGE[arguments] in french.err
    known = [(), *paths(typer.main.get_command(build(parts("en"), screen)))]
    helped = " ".join((PROGRAM, *max((each for each in known if arguments[: len(each)] == each), key=len), "--help"))
    assert f"L'aide, avec un exemple : {helped}\n" in french.err
    assert f"The help, with an example: {helped}\n" in english.err
    for theirs in ("Error:", "Invalid", "Missing", "No such", "Try '", "Value error"):
        assert theirs not in french.err + english.err


def test_what_the_library_says_in_a_way_we_do_not_know_stays_as_it_is(screen: Screen) -> None:
    assert in_our_words("The moon is full.", screen) == "The moon is full."


def test_wrong_settings_are_told_before_anything_else(program: Program) -> None:
    program.monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "nonsense")
    said = program.is_refused("status")
    assert said.startswith("TELEGRAM_BOT_TOKEN does not look like a bot token")
    french = program.is_refused("status", language="fr")
    assert french.startswith("TELEGRAM_BOT_TOKEN ne ressemble pas au jeton d'un bot")
    assert "nonsense" not in said


def failing(language: str, error: BaseException) -> Parts:
    """The real parts, but for the errands: these fail."""

    async def errand(_name: str, _arguments: Mapping[str, Any]) -> NoReturn:
        raise error

    return replace(parts(language), errand=errand)


def test_an_error_of_ours_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(failing("en", NotFound("no such thing: look elsewhere")), ["retry"]) == 1
    assert capsys.readouterr() == ("", "no such thing: look elsewhere\n")


def test_errors_of_ours_that_fall_together_are_told_once_each(capsys: pytest.CaptureFixture[str]) -> None:
    group = BaseExceptionGroup("", [PorteVoixError("a"), BaseExceptionGroup("", [NotFound("b"), PorteVoixError("a")])])
    assert run(failing("en", group), ["retry"]) == 1
    assert capsys.readouterr().err == "a\nb\n"


@pytest.mark.parametrize("inside_a_group", [False, True])
def test_a_crash_is_logged_and_a_person_gets_a_sentence(
    inside_a_group: bool, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    error: BaseException = ZeroDivisionError("by zero")
    if inside_a_group:
        error = BaseExceptionGroup("several", [error, NotFound("and this is missing")])
    assert run(failing("fr", error), ["retry"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert "une erreur à nous" in err
    assert ("and this is missing" in err) == inside_a_group
    (record,) = caplog.records
    assert record.levelno == logging.ERROR
    assert record.exc_info


def test_ctrl_c_is_no_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(failing("en", KeyboardInterrupt()), ["retry"]) == 130
    assert "Traceback" not in capsys.readouterr().err


def test_ctrl_c_while_the_program_is_loaded_shows_nothing_of_its_insides() -> None:
    pressed = (
        "import os, runpy, signal, sys\n"
        "class Pressed:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name == 'bots.registry': os.kill(os.getpid(), signal.SIGINT)\n"
        "sys.meta_path.insert(0, Pressed())\n"
        "sys.path.insert(0, os.getcwd())\n"
        "runpy.run_path('main.py', run_name='__main__')\n"
    )
    ended = subprocess.run([sys.executable, "-c", pressed], cwd=CHECKOUT, capture_output=True, text=True, check=False)
    assert ended.returncode == -signal.SIGINT
    assert ended.stderr == ""


def test_a_reader_that_goes_away_is_no_crash(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(failing("en", BrokenPipeError(32, "Broken pipe")), ["retry"]) == 1
    assert capsys.readouterr().err == ""
