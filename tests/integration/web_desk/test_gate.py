"""The gate: a link lets in once, a session is its owner's alone, and nobody gets further than their role."""

import asyncio
import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
import sqlalchemy as sa
from starlette.routing import Route

from bots.web.app import web_app
from bots.web.server import listening_socket, serve_web
from core.model.ids import PartnerId
from core.model.staff import Member, Role
from core.rules.permissions import LEAST, Deed
from core.storage.schema import sign_in_links, staff_sessions
from core.work.staff.members import BY_EMAIL, IDLE, LONGEST, remove_member, set_role
from tests.integration.web_desk.office import Office, form_of
from tests.integration.web_results.town import piscine

SIGN_IN = "/desk/sign-in"
LEAVE = "/desk/sign-out"


async def is_in(browser: httpx.AsyncClient) -> bool:
    answer = await browser.get("/desk/piscine")
    assert answer.status_code in (200, 303)
    return answer.status_code == 200


# ── links ────────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_link_leads_to_a_button_and_the_button_to_the_overview(office: Office) -> None:
    browser = await office.comes()
    page = await browser.get("/desk", follow_redirects=True)
    assert page.status_code == 200
    assert page.url.path == "/desk/piscine"
    assert "Claire Petit" in page.text


async def test_opening_a_link_does_not_use_it_up_and_pressing_does(office: Office) -> None:
    member = await office.hires("Claire", Role.READER)
    path = await office.link(member)
    for _ in range(3):  # programs that look into messages
        seen = await office.browser().get(path)
    assert "Bonjour Claire" in seen.text
    browser = office.browser()
    assert (await browser.post(path, data={"form": form_of(seen)})).status_code == 303
    assert await is_in(browser)
    for again in (await office.browser().get(path), await office.browser().post(path, data={"form": form_of(seen)})):
        assert again.status_code == 404
        assert "Ce lien ne sert plus" in again.text
        assert "set-cookie" not in again.headers


async def test_of_two_presses_at_the_same_moment_one_gets_in(office: Office) -> None:
    path = await office.link(await office.hires("Claire", Role.READER))
    form = form_of(await office.browser().get(path))
    pressed = await asyncio.gather(*(office.browser().post(path, data={"form": form}) for _ in range(4)))
    assert sorted(each.status_code for each in pressed) == [303, 404, 404, 404]


async def test_a_link_is_good_for_its_time_and_no_longer(office: Office) -> None:
    member = await office.hires("Claire", Role.READER)
    path = await office.link(member, lasts=BY_EMAIL)
    form = form_of(await office.browser().get(path))
    office.town.later(BY_EMAIL)
    assert (await office.browser().get(path)).status_code == 404
    assert (await office.browser().post(path, data={"form": form})).status_code == 404


@pytest.mark.parametrize("secret", ["x", "a" * 22, "é" * 40, "x" * 5000, "%00", "..", "' OR 1=1 --"])
async def test_a_guessed_link_opens_nothing(office: Office, secret: str) -> None:
    await office.link(await office.hires("Claire", Role.READER))
    assert (await office.browser().get(f"{SIGN_IN}/{secret}")).status_code in (303, 404)


async def test_another_partners_link_opens_nothing_here_and_is_not_used_up(office: Office) -> None:
    mine = office.partner
    other = replace(piscine(), id="lake", partner=replace(piscine().partner, id="lakeside"), sources={})
    await office.town.starts(other)
    stranger = await office.hires("Bob", Role.OWNER, partner=PartnerId("lakeside"))
    path = await office.link(stranger)
    theirs = await office.browser().get(path)
    office.town.parts.partner = mine
    assert (await office.browser().get(path)).status_code == 404
    assert (await office.browser().post(path, data={"form": form_of(theirs)})).status_code == 404
    office.town.parts.partner = PartnerId("lakeside")
    browser = office.browser()
    assert (await browser.post(path, data={"form": form_of(theirs)})).status_code == 303
    assert (await browser.get("/desk/lake")).status_code == 200
    assert (await browser.get("/desk/piscine")).status_code == 404, "not theirs: as if it did not exist"
    office.town.parts.partner = mine
    assert not await is_in(browser)


# ── sessions ─────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_forged_cookie_is_nobody(office: Office) -> None:
    await office.comes()
    async with office.storage.reading() as unit:
        kept = (await unit.connection.execute(sa.select(staff_sessions.c.hash))).scalar_one()
    for value in ("", "x", kept, kept[:22], "chance-0", "é", "x" * 4000):
        browser = office.browser()
        answer = await browser.get("/desk/piscine", headers={"cookie": f"desk={value}".encode()})
        assert answer.status_code == 303
        assert answer.headers["location"].startswith(SIGN_IN)


async def test_a_planted_cookie_is_never_taken_up(office: Office) -> None:
    planted = office.browser()
    planted.cookies.set("desk", "planted-by-somebody-else", domain="town.local", path="/")
    await office.signs_in(planted, await office.hires("Claire", Role.READER))
    assert await is_in(planted)
    session = next(each.value for each in planted.cookies.jar if each.domain == "town.local" and each.name == "desk")
    assert session != "planted-by-somebody-else"
    thief = office.browser()
    thief.cookies.set("desk", "planted-by-somebody-else", domain="town.local", path="/")
    assert not await is_in(thief)


async def test_each_sign_in_is_another_session(office: Office) -> None:
    member = await office.hires("Claire", Role.READER)
    first, second = office.browser(), office.browser()
    await office.signs_in(first, member)
    await office.signs_in(second, member)
    assert first.cookies["desk"] != second.cookies["desk"]
    page = await first.get("/desk/piscine")
    assert (await first.post(LEAVE, data={"form": form_of(page)})).status_code == 303
    assert not await is_in(first)
    assert await is_in(second)


async def test_signing_out_ends_the_session_itself_not_only_the_cookie(office: Office) -> None:
    browser = await office.comes()
    stolen = browser.cookies["desk"]
    left = await browser.post(LEAVE, data={"form": form_of(await browser.get("/desk/piscine"))})
    assert left.headers["location"] == SIGN_IN
    thief = office.browser()
    thief.cookies.set("desk", stolen)
    assert not await is_in(thief)


async def test_a_session_ends_when_nobody_looks_and_after_a_month_in_any_case(office: Office) -> None:
    browser = await office.comes()
    office.town.later(IDLE - timedelta(minutes=1))
    assert await is_in(browser)
    office.town.later(IDLE)
    assert not await is_in(browser)
    await office.signs_in(browser, await office.hires("Anna", Role.READER))
    for _ in range(int(LONGEST / (IDLE / 2)) - 1):
        office.town.later(IDLE / 2)
        assert await is_in(browser)
    office.town.later(IDLE / 2)
    assert not await is_in(browser)


async def test_a_member_who_was_removed_is_out_at_once(office: Office) -> None:
    browser = office.browser()
    member = await office.hires("Claire", Role.OWNER)
    await office.signs_in(browser, member)
    path = await office.link(member)
    async with office.storage.unit() as unit:
        await remove_member(unit, member, now=office.town.clock.now())
    assert not await is_in(browser)
    assert (await office.browser().get(path)).status_code == 404


async def test_a_role_counts_from_the_moment_it_is_given(office: Office) -> None:
    browser, member = office.browser(), await office.hires("Claire", Role.OWNER)
    await office.signs_in(browser, member)
    form = form_of(await browser.get("/desk/piscine"))
    async with office.storage.unit() as unit:
        await set_role(unit, member, Role.READER)
    assert (await browser.post("/desk/piscine/press", data={"form": form, "action": "counting"})).status_code == 403


async def test_over_https_the_cookie_is_bound_to_this_host(office: Office) -> None:
    member = await office.hires("Claire", Role.READER)
    plain = (await office.signs_in(office.browser(), member)).headers["set-cookie"]
    assert plain.startswith("desk=")
    assert "HttpOnly" in plain
    assert "SameSite=lax" in plain
    assert "Secure" not in plain
    office.town.parts.address = "https://avis.example.org"
    safe = (await office.signs_in(office.browser(), member)).headers["set-cookie"]
    assert safe.startswith("__Host-desk=")
    for promise in ("HttpOnly", "Path=/;", "SameSite=lax", "Secure"):
        assert promise in f"{safe};"
    assert "Domain" not in safe


# ── forms ────────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_form_is_good_in_its_own_session_alone(office: Office) -> None:
    mine, theirs = await office.comes(Role.OWNER, "Claire"), await office.comes(Role.OWNER, "Denis")
    own = form_of(await mine.get("/desk/piscine"))
    foreign = form_of(await theirs.get("/desk/piscine"))
    path = await office.link(await office.hires("Eva", Role.READER))
    of_the_link = form_of(await office.browser().get(path))
    assert len({own, foreign, of_the_link}) == 3
    for form in ("", "0" * 32, foreign, of_the_link, own[:-1]):
        answer = await mine.post("/desk/piscine/press", data={"form": form, "action": "counting"})
        assert answer.status_code == 403
        assert "Recommençons" in answer.text
    right = {"form": own, "action": "counting"}
    assert (
        await mine.post("/desk/piscine/press", data=right, headers={"sec-fetch-site": "cross-site"})
    ).status_code == 403
    assert (await mine.post("/desk/piscine/press", data=right)).status_code == 200


@pytest.mark.parametrize(
    ("asked", "leads"),
    [
        ("/desk/piscine/funnel?lang=en", "/desk/piscine/funnel?lang=en"),
        ("//evil.example", "/desk"),
        ("https://evil.example/desk", "/desk"),
        ("/desk/../c/secret", "/desk"),
        ("/desk\\@evil.example", "/desk"),
        ("/desk@evil.example", "/desk"),
        ("/desk/x\r\nset-cookie: a=b", "/desk"),
        ("/desk.evil.example", "/desk"),
        ("javascript:alert(1)", "/desk"),
        ("/desk/sign-in/abc", "/desk"),
        ("/p/poster", "/desk"),
        ("/desk/" + "x" * 600, "/desk"),
        ("", "/desk"),
    ],
)
async def test_nobody_is_led_elsewhere(office: Office, asked: str, leads: str) -> None:
    path = await office.link(await office.hires("Claire", Role.READER))
    page = await office.browser().get(path, params={"next": asked})
    answer = await office.browser().post(path, data={"form": form_of(page), "next": asked})
    assert answer.headers["location"] == leads


async def test_whoever_signs_in_goes_on_where_they_wanted_to(office: Office) -> None:
    answer = await office.browser().get("/desk/piscine/counting?lang=en")
    assert answer.headers["location"] == f"{SIGN_IN}?next=%2Fdesk%2Fpiscine%2Fcounting%3Flang%3Den"
    assert answer.headers["cache-control"] == "no-store"


async def test_too_many_tries_are_refused(office: Office) -> None:
    answers = [await office.browser().get(f"{SIGN_IN}/guess-{number}") for number in range(40)]
    assert [each.status_code for each in answers] == [404] * 30 + [429] * 10


# ── every route ──────────────────────────────────────────────────────────────────────────────────────────────────────

PUBLIC = {SIGN_IN, f"{SIGN_IN}/{{secret}}"}
"""What one may see without being signed in: nothing else may be added here."""


def desk_routes(office: Office) -> Iterator[tuple[str, str]]:
    """(method, path) of everything behind the gate."""
    for route in web_app(office.town.parts).routes:
        if isinstance(route, Route) and route.path.startswith("/desk") and route.path not in PUBLIC:
            for method in sorted((route.methods or set()) - {"HEAD"}):
                yield method, route.path


def filled(path: str) -> str:
    """A path with something in its places."""
    return path.replace("{consultation}", "piscine").replace("{", "").replace("}", "").replace(":path", "")


async def test_no_route_forgets_the_gate(office: Office) -> None:
    routes = list(desk_routes(office))
    assert len(routes) >= 6
    mine = office.partner
    other = replace(piscine(), id="lake", partner=replace(piscine().partner, id="lakeside"), sources={})
    await office.town.starts(other)
    stranger = office.browser()
    await office.signs_in(stranger, await office.hires("Bob", Role.OWNER, partner=PartnerId("lakeside")))
    office.town.parts.partner = mine
    for browser in (office.browser(), stranger):
        for method, path in routes:
            answer = await browser.request(method, filled(path), data={"form": "x"} if method == "POST" else None)
            assert answer.status_code == 303, f"{method} {path} answers somebody who is not signed in"
            assert answer.headers["location"].startswith(SIGN_IN)


BEHIND = {
    ("GET", "/desk"): Deed.LOOK,
    ("GET", "/desk/staff"): Deed.SAY_WHO_IS_STAFF,
    ("POST", "/desk/staff"): Deed.SAY_WHO_IS_STAFF,
    ("POST", LEAVE): Deed.LOOK,
    ("GET", "/desk/{consultation}"): Deed.LOOK,
    ("GET", "/desk/{consultation}/waiting"): Deed.LOOK,
    ("GET", "/desk/{consultation}/prepare"): Deed.CHANGE_CONSULTATION,
    ("GET", "/desk/{consultation}/funnel"): Deed.LOOK,
    ("GET", "/desk/{consultation}/counting"): Deed.LOOK,
    ("POST", "/desk/{consultation}/press"): Deed.REVIEW,
    ("GET", "/desk/{consultation}/press"): Deed.LOOK,
    ("POST", "/desk/{consultation}/send"): Deed.REVIEW,
    ("GET", "/desk/{consultation}/send"): Deed.LOOK,
    ("GET", "/desk/{consultation}/contributions"): Deed.LOOK,
    ("GET", "/desk/{consultation}/contributions/answer"): Deed.ANSWER,
    ("POST", "/desk/{consultation}/contributions/{contribution}"): Deed.SORT,
    ("GET", "/desk/{consultation}/topics"): Deed.LOOK,
    ("POST", "/desk/{consultation}/topics"): Deed.TEACH,
    ("GET", "/desk/{consultation}/topics/{topic}"): Deed.LOOK,
    ("GET", "/desk/{consultation}/themes"): Deed.LOOK,
    ("POST", "/desk/{consultation}/themes"): Deed.CHANGE_CONSULTATION,
    ("GET", "/desk/{consultation}/contributions.csv"): Deed.TAKE_ALONG,
    ("GET", "/desk/{consultation}/contributions.jsonl"): Deed.TAKE_ALONG,
    ("GET", "/desk/{consultation}/follow-ups"): Deed.LOOK,
    ("POST", "/desk/{consultation}/follow-ups"): Deed.ANSWER,
    ("GET", "/desk/{consultation}/meetings"): Deed.LOOK,
    ("POST", "/desk/{consultation}/meetings"): Deed.RUN_MEETING,
    ("GET", "/desk/{consultation}/deliveries"): Deed.SEE_DELIVERIES,
    ("GET", "/desk/{consultation}/deliveries.csv"): Deed.SEE_DELIVERIES,
    ("GET", "/desk/{consultation}/kit"): Deed.LOOK,
    ("POST", "/desk/{consultation}/kit"): Deed.INVITE,
    ("GET", "/desk/{consultation}/kit/{token}"): Deed.LOOK,
    ("GET", "/desk/{consultation}/kit/{token}/{file}"): Deed.LOOK,
    ("GET", "/desk/{consultation}/consultation"): Deed.CHANGE_CONSULTATION,
    ("POST", "/desk/{consultation}/consultation"): Deed.CHANGE_CONSULTATION,
    ("GET", "/desk/{consultation}/campaigns"): Deed.CHANGE_CONSULTATION,
    ("GET", "/desk/{consultation}/report/{form}"): Deed.LOOK,
    ("GET", "/desk/{consultation}/note"): Deed.LOOK,
}
"""What each route is for. A route that is missing here fails the test: say what it is for."""


async def refusals(office: Office) -> list[tuple[str, str, str]]:
    async with office.storage.reading() as unit:
        entries = await unit.audit.entries()
    return [(each.act.value, each.actor, each.subject) for each in entries if each.act.value.startswith("refused.")]


@pytest.mark.parametrize("role", list(Role))
async def test_every_route_asks_for_what_the_table_says_and_a_refusal_is_written_down(
    office: Office, role: Role
) -> None:
    browser, member = office.browser(), await office.hires("Claire", role)
    await office.signs_in(browser, member)
    form = form_of(await browser.get("/desk/piscine"))
    routes = list(desk_routes(office))
    assert set(routes) == set(BEHIND)
    for method, path in routes:
        if path == LEAVE:
            continue
        deed, before = BEHIND[method, path], await refusals(office)
        sent = {"data": {"form": form}} if method == "POST" else {}
        answer = await browser.request(method, filled(path), **sent)
        may = member.may(LEAST[deed])
        assert answer.status_code < 500
        assert (answer.status_code == 403) is not may, f"{method} {path} as {role}"
        noted = [] if may else [("refused.role", member.id, deed.value)]
        assert await refusals(office) == before + noted, f"{method} {path} as {role}"
        assert answer.headers["cache-control"] == "no-store"
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        if method == "GET":
            assert (await browser.get(f"/embed{filled(path)}")).status_code == 404
        else:
            bare = await browser.post(filled(path), data={"form": "x"})
            assert bare.status_code in (403, 404), f"{method} {path} takes a form that is not its own"


async def test_another_partners_member_gets_nothing_by_any_route_and_it_is_written_down(office: Office) -> None:
    mine = office.partner
    other = replace(piscine(), id="lake", partner=replace(piscine().partner, id="lakeside"), sources={})
    await office.town.starts(other)
    stranger, bob = office.browser(), await office.hires("Bob", Role.OWNER, partner=PartnerId("lakeside"))
    await office.signs_in(stranger, bob)
    form = form_of(await stranger.get("/desk/lake"))
    of_a_consultation = [(method, path) for method, path in BEHIND if "{consultation}" in path]
    for method, path in of_a_consultation:
        sent = {"data": {"form": form}} if method == "POST" else {}
        answer = await stranger.request(method, filled(path), **sent)
        assert answer.status_code == 404, f"{method} {path}"
    assert await refusals(office) == [("refused.foreign", bob.id, BEHIND[each].value) for each in of_a_consultation]
    office.town.parts.partner = mine
    assert (await stranger.get("/desk/piscine")).status_code == 303
    assert (await refusals(office))[-1] == ("refused.foreign", bob.id, "look")


# ── what is written down ─────────────────────────────────────────────────────────────────────────────────────────────


async def test_no_secret_stands_in_the_database_or_in_a_log(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    member = await office.hires("Claire", Role.READER)
    stop, listener = asyncio.Event(), listening_socket("127.0.0.1", 0)
    serving = asyncio.create_task(serve_web(web_app(office.town.parts), listener, stop))
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{listener.getsockname()[1]}") as browser:
            path = await office.link(member)
            await browser.post(path, data={"form": form_of(await browser.get(path))})
            assert await is_in(browser)
            secrets = (path.rsplit("/", 1)[1], browser.cookies["desk"])
    finally:
        stop.set()
        await serving
    ours = [each.getMessage() for each in caplog.records if not each.name.startswith("http")]  # the test's own client
    async with office.storage.reading() as unit:
        for table in (sign_in_links, staff_sessions):
            ours += [str(row) for row in await unit.connection.execute(sa.select(table))]
    assert not [line for line in ours for secret in secrets if secret in line]


def test_a_role_may_what_those_before_it_may() -> None:
    def member(role: Role) -> Member:
        return Member("m", "p", "Claire", "", role)  # type: ignore[arg-type]  # ids of a test

    order = list(Role)
    for place, role in enumerate(order):
        assert [member(role).may(least) for least in order] == [True] * (place + 1) + [False] * (len(order) - place - 1)
