"""`campaign check|preview|start|pause|resume|stop|status FILE`: the organiser's hand on a consultation."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from bots.terminal.commands.overview import campaign_status
from bots.terminal.errands import CONSULTATION
from bots.terminal.parts import Parts
from bots.terminal.screen import Screen
from core.model.campaigns import CampaignState
from core.model.consultations import Consultation
from core.rules.commitments import Finding, Severity, refused
from core.rules.preview import preview
from core.work.composing import spec_message


def add(app: typer.Typer, parts: Parts, screen: Screen) -> None:
    group = typer.Typer(help=screen.text("help.campaign"), no_args_is_help=True, rich_markup_mode=None)
    app.add_typer(group, name="campaign")
    file = typer.Argument(exists=True, dir_okay=False, help=screen.text("help.file"))
    as_json_help = screen.text("help.json")

    @group.command(help=screen.text("help.check"))
    def check(
        path: Annotated[Path, file], as_json: Annotated[bool, typer.Option("--json", help=as_json_help)] = False
    ) -> None:
        findings = parts.check(parts.read_consultation(path))
        if as_json:
            screen.json([_as_dict(finding, path, parts, screen) for finding in findings])
        else:
            tell_findings(findings, path, parts, screen)
        if refused(findings):
            raise typer.Exit(1)

    @group.command("preview", help=screen.text("help.preview"))
    def preview_command(
        path: Annotated[Path, file], as_json: Annotated[bool, typer.Option("--json", help=as_json_help)] = False
    ) -> None:
        show_preview(parts.read_consultation(path), parts, screen, as_json=as_json)

    @group.command(help=screen.text("help.start"))
    def start(path: Annotated[Path, file]) -> None:
        consultation = parts.read_consultation(path)
        findings = parts.check(consultation)
        if refused(findings):
            tell_findings(findings, path, parts, screen)
            screen.say("campaign.not_started")
            raise typer.Exit(1)
        arguments = {"consultation": CONSULTATION.dump_python(consultation, mode="json"), "accounts": parts.accounts()}
        done = asyncio.run(parts.errand("campaign.start", arguments))
        tell_started(consultation, done, parts, screen)

    @group.command(help=screen.text("help.status"))
    def status(
        path: Annotated[Path, file], as_json: Annotated[bool, typer.Option("--json", help=as_json_help)] = False
    ) -> None:
        asyncio.run(campaign_status(parts.read_consultation(path), parts, screen, as_json=as_json))

    for name, to in (
        ("pause", CampaignState.PAUSED),
        ("resume", CampaignState.RUNNING),
        ("stop", CampaignState.STOPPED),
    ):
        _add_move(group, name, to, parts, screen)


def _add_move(group: typer.Typer, name: str, to: CampaignState, parts: Parts, screen: Screen) -> None:
    @group.command(name, help=screen.text(f"help.{name}"))
    def move(
        path: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help=screen.text("help.file"))],
    ) -> None:
        consultation = parts.read_consultation(path)
        done = asyncio.run(parts.errand("campaign.move", {"consultation": consultation.id, "to": to.value}))
        screen.say(f"campaign.{to.value}", n=int(done["cancelled"]))


def tell_started(consultation: Consultation, done: dict[str, Any], parts: Parts, screen: Screen) -> None:
    title = consultation.in_language(consultation.title, parts.language)
    if done["revised"]:
        screen.say("campaign.revised", title=title, revision=str(done["revision"]))
    elif done["was"] == CampaignState.RUNNING:
        screen.say("campaign.already", title=title)
    else:
        screen.say("campaign.started", title=title)
    for token, label in consultation.sources.items():
        screen.say("campaign.source", label=consultation.in_language(label, parts.language), token=token)
    if not parts.channels_ready():
        screen.say("campaign.no_channel")


def tell_findings(findings: Sequence[Finding], path: Path, parts: Parts, screen: Screen) -> None:
    """The refusals first, each with its line."""
    for finding in sorted(findings, key=lambda each: each.severity is not Severity.REFUSE):
        said = _as_dict(finding, path, parts, screen)
        mark = screen.text("check.refuse" if finding.severity is Severity.REFUSE else "check.warn")
        screen.show(f"{said['at']}  {mark}  {said['text']}")
    refusals = sum(finding.severity is Severity.REFUSE for finding in findings)
    if refusals:
        screen.say("check.refused", n=refusals)
    elif findings:
        screen.say("check.warned", n=len(findings))
    else:
        screen.say("check.good")


def _as_dict(finding: Finding, path: Path, parts: Parts, screen: Screen) -> dict[str, Any]:
    lines = parts.lines(path)
    where = finding.where
    while where and where not in lines:
        where = where.rpartition(".")[0]
    at = f"{path.name}:{lines[where]}" if where else path.name
    text = parts.words.say(finding.key, screen.language, finding.params)
    return {"severity": finding.severity.value, "key": finding.key, "where": finding.where, "at": at, "text": text}


def show_preview(consultation: Consultation, parts: Parts, screen: Screen, *, as_json: bool) -> None:
    """Every message a citizen can get, in the order they can get it, in each language of the file."""
    shown = []
    for language in consultation.languages:
        if not as_json:
            screen.say("preview.language", language=language)
        for each in preview(consultation, language):
            heading = parts.words.say(each.heading.key, screen.language, each.heading.params)
            message = spec_message(each.spec, language, parts.words)
            if as_json:
                buttons = [[button.label for button in row] for row in message.buttons]
                shown.append({"language": language, "when": heading, "text": message.text, "buttons": buttons})
            else:
                screen.bubble(message, heading)
    if as_json:
        screen.json(shown)
