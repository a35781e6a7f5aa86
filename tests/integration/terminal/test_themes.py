"""`topics themes|accept CONSULTATION`: what nobody had foreseen becomes a topic, with what was said of it."""

import json
from itertools import takewhile
from pathlib import Path
from textwrap import dedent

from core.model.audit import Act
from core.model.contributions import By, effective
from core.model.ids import ConsultationId
from core.storage.engine import Storage
from tests.builders import contribution
from tests.integration.terminal.conftest import FIRST_WEEK, POOL, Program
from tests.integration.terminal.test_taught import within
from tests.unit.nlp.test_themes import SCATTERED, SLIDE

QUOTABLE = SLIDE[2]
NONE = "un toboggan, mais pas pour les enfants"
"""Staff said: none of the list."""


async def say(storage: Storage) -> None:
    async with storage.unit() as unit:
        for text in [*SCATTERED, *SLIDE]:
            review = "reviewed" if text == QUOTABLE else "new"
            await contribution(unit, text, in_="piscine", question="venir", review=review, received_at=FIRST_WEEK)
        await contribution(
            unit, NONE, in_="piscine", question="venir", topics=[""], tagged_by=By.STAFF, received_at=FIRST_WEEK
        )


def test_a_theme_is_proposed_accepted_and_filed(program: Program) -> None:
    file = program.folder / "mine.yaml"
    file.write_text(Path(POOL).read_text(encoding="utf-8"), encoding="utf-8")
    program.does("campaign", "start", str(file))
    within(program, say)
    (theme,) = json.loads(program.does("topics", "themes", "piscine", "--json"))
    assert theme["words"][0] in ("toboggan", "enfants") and theme["people"] == 7
    assert theme["examples"] == [QUOTABLE], "the partner lets what was reviewed be quoted"
    number = str(theme["number"])
    assert "no theme has the number 99" in program.is_refused("topics", "accept", "piscine", "99")
    assert "is not the file in use" in program.is_refused("topics", "accept", "piscine", number, "--file", __file__)
    asked = ("topics", "accept", "piscine", number, "--name", "Jeux d'eau", "--file", str(file))
    growing = file.with_name(f".{file.name}.part")
    growing.mkdir()
    assert "mine.yaml cannot be written" in program.is_refused(*asked)
    growing.rmdir()
    assert len(json.loads(program.does("topics", "themes", "piscine", "--json"))) == 1, "nothing was accepted"
    file.chmod(0o640)
    assert "revision 2" in program.does(*asked)
    assert '"Jeux d\'eau"' in file.read_text(encoding="utf-8")
    assert file.stat().st_mode & 0o777 == 0o640

    async def look(storage: Storage) -> None:
        async with storage.reading() as unit:
            own = ConsultationId("piscine")
            now = await unit.consultations.current(own)
            assert now is not None and await unit.consultations.file(own, 2) == file.read_text(encoding="utf-8")
            filed = [each for each in await unit.contributions.page(own) if effective(each.tags)]
            assert {each.text for each in filed} == set(SLIDE), "what staff said of a text stays"
            assert {tag.topic for each in filed for tag in each.tags} == {now.topics[-1].id}
            assert (await unit.audit.entries())[-1].act is Act.TOPIC_ACCEPTED

    within(program, look)


def test_a_list_in_a_file_of_its_own_is_left_to_who_keeps_it(program: Program) -> None:
    """It is said what to do instead, and nothing changes."""
    before, rest = Path(POOL).read_text(encoding="utf-8").split("taxonomy:\n")
    listed = "".join(takewhile(lambda line: line.startswith(" "), rest.splitlines(keepends=True)))
    (program.folder / "topics.yaml").write_text(dedent(listed), encoding="utf-8")
    file = program.folder / "mine.yaml"
    file.write_text(f"{before}taxonomy: topics.yaml\n{rest.removeprefix(listed)}", encoding="utf-8")
    program.does("campaign", "start", str(file))
    within(program, say)
    (theme,) = json.loads(program.does("topics", "themes", "piscine", "--json"))
    refused = program.is_refused("topics", "accept", "piscine", str(theme["number"]))
    assert "do not stand in the consultation file itself" in refused and "campaign start" in refused

    async def look(storage: Storage) -> None:
        own = ConsultationId("piscine")
        async with storage.reading() as unit:
            now = await unit.consultations.current(own)
            assert now is not None and now.revision == 1
            assert not [each for each in await unit.contributions.page(own) if effective(each.tags)]

    within(program, look)
