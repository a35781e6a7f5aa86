"""`staff add|list|role|remove|link`: who may see the organisers' pages, and a way in for each of them."""

import asyncio
from dataclasses import asdict
from typing import Annotated

import typer

from bots.terminal.commands.shape import command, group, json_option
from bots.terminal.parts import Parts
from bots.terminal.screen import Screen
from core.model.staff import Role
from core.work.staff.members import partner_of_staff


def add(app: typer.Typer, parts: Parts, screen: Screen) -> None:
    staff = group(screen, "staff")
    app.add_typer(staff, name="staff")
    who = typer.Argument(metavar=screen.text("help.word.name"), help=screen.text("help.staff.who"))
    partner_option = typer.Option("--partner", metavar="ID", help=screen.text("help.staff.partner"))
    roles = screen.text("help.staff.role_name")

    @command(staff, screen, "add", "staff.add")
    def add_command(
        name: Annotated[
            str, typer.Argument(metavar=screen.text("help.word.name"), help=screen.text("help.staff.name"))
        ],
        role: Annotated[Role, typer.Option("--role", help=roles)] = Role.READER,
        email: Annotated[
            str, typer.Option("--email", metavar=screen.text("help.word.address"), help=screen.text("help.staff.email"))
        ] = "",
        partner: Annotated[str, partner_option] = "",
        as_json: Annotated[bool, json_option(screen)] = False,
    ) -> None:
        asyncio.run(_add(name, email, role, partner, parts, screen, as_json=as_json))

    @command(staff, screen, "list", "staff.list")
    def list_command(
        partner: Annotated[str, partner_option] = "", as_json: Annotated[bool, json_option(screen)] = False
    ) -> None:
        asyncio.run(_list(partner, parts, screen, as_json=as_json))

    @command(staff, screen, "role", "staff.role")
    def role_command(
        name: Annotated[str, who],
        role: Annotated[Role, typer.Argument(metavar=screen.text("help.word.role"), help=roles)],
        partner: Annotated[str, partner_option] = "",
    ) -> None:
        asyncio.run(_role(name, role, partner, parts, screen))

    @command(staff, screen, "remove", "staff.remove")
    def remove_command(name: Annotated[str, who], partner: Annotated[str, partner_option] = "") -> None:
        asyncio.run(_remove(name, partner, parts, screen))

    @command(staff, screen, "link", "staff.link")
    def link_command(
        name: Annotated[str, who],
        partner: Annotated[str, partner_option] = "",
        as_json: Annotated[bool, json_option(screen)] = False,
    ) -> None:
        asyncio.run(_link(name, partner, parts, screen, as_json=as_json))


async def _add(name: str, email: str, role: Role, partner: str, parts: Parts, screen: Screen, *, as_json: bool) -> None:
    asked = {"partner": partner, "name": name, "email": email, "role": role.value}
    done = await parts.errand("staff.add", asked)
    if as_json:
        screen.json({"id": done["id"], "name": done["name"], "role": role.value})
        return
    screen.say("staff.added", name=done["name"], role=_role_name(role, screen))
    screen.remark("staff.next", name=done["name"])


async def _list(partner: str, parts: Parts, screen: Screen, *, as_json: bool) -> None:
    async with parts.reading() as storage, storage.reading() as unit:
        members = await unit.members.of(await partner_of_staff(unit, partner))
    if as_json:
        screen.json([asdict(each) for each in members])
        return
    for each in members:
        role = _role_name(each.role, screen)
        if each.email:
            screen.say("staff.line_email", name=each.name, role=role, email=each.email)
        else:
            screen.say("staff.line", name=each.name, role=role)
    if not members:
        screen.say("staff.none")


async def _role(name: str, role: Role, partner: str, parts: Parts, screen: Screen) -> None:
    done = await parts.errand("staff.role", {"partner": partner, "name": name, "role": role.value})
    screen.say("staff.role_set", name=done["name"], role=_role_name(role, screen))


async def _remove(name: str, partner: str, parts: Parts, screen: Screen) -> None:
    done = await parts.errand("staff.remove", {"partner": partner, "name": name})
    screen.say("staff.removed", name=done["name"])


async def _link(name: str, partner: str, parts: Parts, screen: Screen, *, as_json: bool) -> None:
    done = await parts.errand("staff.link", {"partner": partner, "name": name})
    address = parts.desk_link(done["secret"])
    if as_json:
        screen.json({"name": done["name"], "link": address, "minutes": done["minutes"]})
        return
    screen.say("staff.link", name=done["name"])
    screen.show(address)
    screen.remark("staff.link_once", n=done["minutes"])
    if not done["served"]:
        screen.remark("staff.not_running")


def _role_name(role: Role, screen: Screen) -> str:
    return screen.text(f"staff.role.{role.value}")
