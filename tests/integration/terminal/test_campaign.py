"""The organiser's hand on a consultation: check, preview, start, pause, resume, stop, status."""

import json
from typing import Any

from tests.integration.terminal.conftest import POOL, SAMPLES, Program, edited

TWO_OPEN = (
    "  - id: quartier\n    kind: sector\n",
    "  - id: encore\n    kind: open\n    text: {fr: Autre chose ?, en: Anything else?}\n"
    "  - id: quartier\n    kind: sector\n",
)


def status_of(program: Program) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(program.does("campaign", "status", POOL, "--json"))
    return found


# ── check and preview ────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_good_file(program: Program) -> None:
    assert program.does("campaign", "check", POOL) == "Nothing to remark. A person should read it all the same.\n"
    assert json.loads(program.does("campaign", "check", POOL, "--json")) == []


def test_remarks_have_their_line_and_do_not_refuse(program: Program) -> None:
    said = program.does("campaign", "check", str(SAMPLES / "bibliotheque.yaml"), language="fr")
    assert said.startswith("bibliotheque.yaml:64  attention  il y a 4 questions.")
    assert said.endswith("1 remarque ; la campagne peut démarrer.\n")
    path = edited(program.folder, TWO_OPEN)
    found = json.loads(program.does("campaign", "check", path, "--json"))
    assert {(each["severity"], each["at"]) for each in found} == {
        ("warn", "edited.yaml:61"),
        ("warn", "edited.yaml:75"),
    }
    assert all(each["text"] and each["key"].startswith("check.") for each in found)


def test_promises_that_were_not_kept_are_refused(program: Program) -> None:
    path = edited(
        program.folder,
        ('fr: "Les horaires, non : votre avis compte pour ça."', "fr: rien"),
        ("  by: 30 mars 2027", "  by: 2027-02-01"),
    )
    ran = program("campaign", "check", path)
    assert ran.code == 1
    assert ran.err == ""
    *findings, last = ran.out.splitlines()
    assert all(line.startswith("edited.yaml:") for line in findings)
    assert "  REFUSED  " in findings[0], "the refusals come first"
    assert last.endswith("to mend before starting.")
    as_json = program("campaign", "check", path, "--json")
    assert as_json.code == 1
    assert "refuse" in {each["severity"] for each in json.loads(as_json.out)}
    started = program("campaign", "start", path)
    assert (started.code, started.out) == (1, "")
    assert started.err.startswith("edited.yaml:")
    assert "The campaign did not start." in started.err
    assert program("status").code == 1, "nothing was started"


def test_a_file_that_cannot_be_read_is_told_in_the_organiser_s_language(program: Program) -> None:
    path = edited(program.folder, ("kind: single", "kind: singel"), ("zone: Europe/Paris", "zone: Europe/Pari"))
    french, english = (program.is_refused("campaign", "check", path, language=each) for each in ("fr", "en"))
    for said in (french, english):
        places = [line.partition(": ")[0] for line in said.splitlines() if line.startswith("edited.yaml:")]
        assert places == ["edited.yaml:12", "edited.yaml:63", "edited.yaml:65"]
    assert french != english


def test_the_preview_shows_every_message_in_both_languages(program: Program) -> None:
    said = program.does("campaign", "preview", POOL)
    french, _, english = said.partition("═══ English ═══")
    assert "═══ Français ═══" in french
    for message in ("🤖 Bonjour ! La piscine rouvre en 2027.", "[Chaque semaine]  [Parfois]  [Jamais]", "3114"):
        assert message in french
    for message in ("🤖 Hello!", "[Every week]  [Sometimes]  [Never]", "3114"):
        assert message in english
    assert "to be told, 16 November 2026, 12:00\n" in french, "when a step leaves is never cut off"
    assert any(line.endswith("…") for line in french.splitlines() if "me suicider, " in line)
    shown = json.loads(program.does("campaign", "preview", POOL, "--json"))
    assert {each["language"] for each in shown} == {"fr", "en"}
    assert all(each["when"] and each["text"] for each in shown)
    first = next(each for each in shown if "Every week" in str(each["buttons"]))
    assert first["buttons"][0] == ["Every week", "Sometimes", "Never"]


# ── the life of a campaign ───────────────────────────────────────────────────────────────────────────────────────────


def test_started_twice_runs_once(program: Program) -> None:
    said = program.does("campaign", "start", POOL)
    assert said.startswith("“The pool's opening hours” has started.\n")
    assert "  Poster at the pool : /start affiche-piscine\n" in said
    assert "No channel has a token yet" in said
    again = program.does("campaign", "start", POOL)
    assert again.startswith("“The pool's opening hours” was running already; nothing changed.")
    assert (status_of(program)["state"], status_of(program)["revision"]) == ("running", 1)


def test_an_edited_file_becomes_the_next_revision(program: Program) -> None:
    program.does("campaign", "start", POOL)
    path = edited(program.folder, ("fr: La piscine rouvre en 2027.", "fr: La piscine rouvre en mars 2027."))
    said = program.does("campaign", "start", path)
    assert said.startswith("“The pool's opening hours”: revision 2. Those who began keep their version.")
    assert status_of(program)["revision"] == 2
    started = json.loads(program.does("campaign", "start", path, "--json"))
    assert started == {
        "consultation": "piscine",
        "revision": 2,
        "revised": False,
        "was": "running",
        "served": False,
        "links": dict.fromkeys(started["links"], ""),
    }
    assert next(iter(started["links"])) == "affiche-piscine"


def test_remarks_are_pointed_at_when_it_starts(program: Program) -> None:
    path = edited(program.folder, TWO_OPEN)
    assert f"2 remarks on this file: python main.py campaign check {path}" in program.does("campaign", "start", path)


def test_paused_resumed_stopped_for_good(program: Program) -> None:
    program.does("campaign", "start", POOL)
    assert program.does("campaign", "pause", POOL) == "Sendings are held back. People can still answer.\n"
    assert status_of(program)["state"] == "paused"
    again = json.loads(program.does("campaign", "pause", POOL, "--json"))
    assert again == {"consultation": "piscine", "state": "paused", "cancelled": 0}
    assert program.does("campaign", "resume", POOL) == "Sendings go on.\n"
    program.does("campaign", "pause", POOL)
    assert program.does("campaign", "start", POOL).startswith("Sendings go on.\n"), "starting is resuming"
    assert program.does("campaign", "stop", POOL, language="fr") == "La campagne est arrêtée. 0 envoi annulé.\n"
    for command in ("start", "pause", "resume"):
        said = program.is_refused("campaign", command, POOL, language="fr")
        assert said.startswith("cette campagne est arrêtée : cela ne se peut plus.")
    program.does("campaign", "stop", POOL)
    assert status_of(program)["state"] == "stopped"


def test_one_partner_s_names_are_not_another_s(program: Program) -> None:
    program.does("campaign", "start", POOL)
    theirs = edited(program.folder, ("  id: valbrune\n", "  id: autreville\n"))
    assert "is another partner's consultation" in program.is_refused("campaign", "start", theirs)


# ── status and digest ────────────────────────────────────────────────────────────────────────────────────────────────


def test_status_for_a_person_and_for_a_program(program: Program) -> None:
    program.does("campaign", "start", POOL)
    said = program.does("status")
    assert "The pool's opening hours · running · revision 1" in said
    found = json.loads(program.does("status", "--json"))
    assert {"oldest_unprocessed_seconds", "oldest_unsent_seconds", "halts", "uncertain", "quarantined"} <= set(found)
    assert found["at"].endswith("+00:00")
    assert [each["id"] for each in found["consultations"]] == ["piscine"]
    other = str(SAMPLES / "bibliotheque.yaml")
    assert "the consultation “bibliotheque-2027” was never started" in program.is_refused("campaign", "status", other)


def test_the_digest_before_anybody_answered(program: Program) -> None:
    program.does("campaign", "start", POOL)
    assert "La piscine" not in program.does("digest", "piscine")
    assert "À faire : rien pour le moment" in program.does("digest", "piscine", language="fr")
    figures = json.loads(program.does("digest", "piscine", "--json"))
    assert figures["funnel"] == {"arrived": 0, "agreed": 0, "answered": 0, "finished": 0}
    assert program.is_refused("digest", "nope") == "there is no consultation “nope” here. Known: piscine\n"


def test_upkeep(program: Program) -> None:
    program.does("campaign", "start", POOL)
    assert program.does("retry") == "0 message taken up again.\n" or "0 messages" in program.does("retry")
    assert json.loads(program.does("retry", "--json")) == {"released": 0}
    manifest = json.loads(program.does("slack-manifest"))
    assert manifest["settings"]["socket_mode_enabled"] is True
