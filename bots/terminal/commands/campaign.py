"""`campaign new|check|preview|start|pause|resume|stop|status FILE`: the organiser's hand on a consultation."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from bots.terminal.commands import new, posts, prepare, simulate
from bots.terminal.commands.overview import campaign_status, never_started, standing
from bots.terminal.commands.shape import command, file_argument, group, json_option
from bots.terminal.commands.who import show_who
from bots.terminal.parts import Parts
from bots.terminal.screen import Screen
from core.model.campaigns import CAMPAIGN_MOVES, CampaignState
from core.model.consultations import Consultation
from core.model.errors import NotAllowed
from core.rules.findings import Finding, Severity, line_of, refused
from core.rules.preview import preview
from core.storage.consultations import STORED
from core.work.cards.digest_layout import Voice
from core.work.wording import spec_message


def add(app: typer.Typer, parts: Parts, screen: Screen) -> None:
    campaign = group(screen, "campaign")
    app.add_typer(campaign, name="campaign")
    new.add(
        campaign,
        parts,
        screen,
        lambda consultation, path: tell_findings(parts.check(consultation), path, parts, screen),
    )

    @command(campaign, screen, "check")
    def check(
        path: Annotated[Path, file_argument(screen)], as_json: Annotated[bool, json_option(screen)] = False
    ) -> None:
        consultation = parts.read_consultation(path)
        findings = _findings(consultation, parts)
        if as_json:
            screen.json([_as_dict(finding, path, parts, screen) for finding in findings])
        else:
            tell_findings(findings, path, parts, screen)
        if refused(findings):
            raise typer.Exit(1)

    @command(campaign, screen, "preview")
    def preview_command(
        path: Annotated[Path, file_argument(screen)],
        who: Annotated[bool, typer.Option("--who", help=screen.text("help.preview.who"))] = False,
        as_json: Annotated[bool, json_option(screen)] = False,
    ) -> None:
        consultation = parts.read_consultation(path)
        if who:
            asyncio.run(show_who(consultation, parts, screen, as_json=as_json))
        else:
            show_preview(consultation, parts, screen, as_json=as_json)

    @command(campaign, screen, "start")
    def start(
        path: Annotated[Path, file_argument(screen)], as_json: Annotated[bool, json_option(screen)] = False
    ) -> None:
        consultation = parts.read_consultation(path)
        findings = _findings(consultation, parts)
        if refused(findings):
            tell_findings(findings, path, parts, screen, aside=True)
            screen.remark("campaign.not_started")
            raise typer.Exit(1)
        asyncio.run(_start(consultation, path.read_text(encoding="utf-8-sig"), parts, screen, as_json=as_json))
        if findings and not as_json:
            screen.say("campaign.remarks", n=len(findings), file=str(path))

    @command(campaign, screen, "status")
    def status(
        path: Annotated[Path, file_argument(screen)], as_json: Annotated[bool, json_option(screen)] = False
    ) -> None:
        asyncio.run(campaign_status(parts.read_consultation(path), parts, screen, as_json=as_json))

    prepare.add(campaign, parts, screen)
    posts.add(campaign, parts, screen)
    simulate.add(campaign, parts, screen)
    for name, to in (
        ("pause", CampaignState.PAUSED),
        ("resume", CampaignState.RUNNING),
        ("stop", CampaignState.STOPPED),
    ):
        _add_move(campaign, name, to, parts, screen)


def _add_move(campaign: typer.Typer, name: str, to: CampaignState, parts: Parts, screen: Screen) -> None:
    @command(campaign, screen, name)
    def move(
        path: Annotated[Path, file_argument(screen)], as_json: Annotated[bool, json_option(screen)] = False
    ) -> None:
        asyncio.run(_move(parts.read_consultation(path), to, parts, screen, as_json=as_json))


# ── start, pause, resume, stop ───────────────────────────────────────────────────────────────────────────────────────


async def _start(consultation: Consultation, file: str, parts: Parts, screen: Screen, *, as_json: bool) -> None:
    running = await standing(parts, consultation.id)
    if running is not None:
        _refuse_move(running.state, CampaignState.RUNNING, screen)
    done = await parts.errand(
        "campaign.start",
        {
            "consultation": STORED.dump_python(consultation, mode="json"),
            "accounts": list(parts.accounts()),
            "file": file,
        },
    )
    bot = await parts.bot_name()
    links = {token: f"https://t.me/{bot}?start={token}" if bot else "" for token in consultation.sources}
    if as_json:
        known = {"consultation": consultation.id, "revision": done["revision"], "revised": done["revised"]}
        screen.json({**known, "was": done["was"], "served": done["served"], "links": links})
    else:
        tell_started(consultation, done, links, parts, screen)


def tell_started(
    consultation: Consultation, done: dict[str, Any], links: dict[str, str], parts: Parts, screen: Screen
) -> None:
    """What became of the file, where people come in, and what is still missing."""
    title = consultation.in_language(consultation.title, parts.language)
    was = CampaignState(done["was"])
    if done["revised"]:
        screen.say("campaign.revised", title=title, revision=int(done["revision"]))
    elif was is CampaignState.RUNNING:
        screen.say("campaign.already", title=title)
    elif was is CampaignState.PAUSED:
        screen.say("campaign.running")
    else:
        screen.say("campaign.started", title=title)
    if links:
        screen.say("campaign.sources")
    for token, label in consultation.sources.items():
        where = links[token] or f"/start {token}"
        screen.show(f"{consultation.in_language(label, parts.language)} : {where}", indent=2)
    if not parts.channels_ready():
        screen.say("campaign.no_channel")
    elif not done["served"]:
        screen.say("campaign.not_served")


async def _move(consultation: Consultation, to: CampaignState, parts: Parts, screen: Screen, *, as_json: bool) -> None:
    running = await standing(parts, consultation.id)
    if running is None:
        raise never_started(consultation.id, screen)
    if running.state is to:
        done = {"cancelled": 0}
    else:
        _refuse_move(running.state, to, screen)
        done = await parts.errand("campaign.move", {"consultation": consultation.id, "to": to.value})
    if as_json:
        screen.json({"consultation": consultation.id, "state": to.value, "cancelled": done["cancelled"]})
    else:
        screen.say(f"campaign.{to.value}", n=int(done["cancelled"]))


def _refuse_move(state: CampaignState, to: CampaignState, screen: Screen) -> None:
    """`NotAllowed`, in the organiser's language, when the campaign's state does not allow it."""
    if state is not to and to not in CAMPAIGN_MOVES[state]:
        said = screen.words.say(f"staff.state.{state.value}", screen.language)
        raise NotAllowed(screen.text("campaign.refused", state=said))


# ── check ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _findings(consultation: Consultation, parts: Parts) -> list[Finding]:
    """What the file says, and what Telegram says of the rooms it posts to."""
    return [*parts.check(consultation), *asyncio.run(posts.room_findings(consultation, parts))]


def tell_findings(
    findings: Sequence[Finding], path: Path, parts: Parts, screen: Screen, *, aside: bool = False
) -> None:
    """The refusals first, each with its line. `aside`: on the error stream."""
    for finding in sorted(findings, key=lambda each: each.severity is not Severity.REFUSE):
        said = _as_dict(finding, path, parts, screen)
        mark = screen.text("check.refuse" if finding.severity is Severity.REFUSE else "check.warn")
        screen.show(f"{said['at']}  {mark}  {said['text']}", aside=aside)
    refusals = sum(finding.severity is Severity.REFUSE for finding in findings)
    if refusals:
        screen.show(screen.text("check.refused", n=refusals), aside=aside)
    elif findings:
        screen.say("check.warned", n=len(findings))
    else:
        screen.say("check.good")


def _as_dict(finding: Finding, path: Path, parts: Parts, screen: Screen) -> dict[str, Any]:
    line = line_of(finding, parts.lines(path))
    at = path.name if line is None else f"{path.name}:{line}"
    text = parts.words.say(finding.key, screen.language, finding.params)
    return {"severity": finding.severity.value, "key": finding.key, "where": finding.where, "at": at, "text": text}


# ── preview ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def show_preview(consultation: Consultation, parts: Parts, screen: Screen, *, as_json: bool) -> None:
    """Every message a citizen can get, in the order they can get it, in each language of the file."""
    shown, voice = [], Voice(parts.words, screen.language)
    for language in consultation.languages:
        if not as_json:
            named = parts.words.say(f"language.{language}", screen.language)
            screen.heading(screen.text("preview.language", language=named))
        before = ""
        for each in preview(consultation, language):
            heading = voice.heading(each.heading)
            cost = parts.words.say(each.cost.key, screen.language, each.cost.params) if each.cost else ""
            message = spec_message(each.spec, language, parts.words)
            if as_json:
                buttons = [[button.label for button in row] for row in message.buttons]
                said = {"language": language, "when": heading, "text": message.text, "buttons": buttons}
                shown.append(said | ({"cost": cost} if cost else {}) | ({"moved": True} if each.moved else {}))
                continue
            if heading != before:
                screen.heading(f"── {heading}")
            if each.moved:
                screen.show(parts.words.say("preview.moved", screen.language, {}), indent=2)
            if cost:
                screen.show(cost, indent=2)
            screen.bubble(message)
            before = heading
    if as_json:
        screen.json(shown)
