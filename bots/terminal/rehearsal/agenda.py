"""The story of a community goes on: what was proposed is kept as the program suggests it, then everybody votes."""

from dataclasses import replace

from bots.terminal.rehearsal.neighbours import make_neighbours
from bots.terminal.rehearsal.play import play
from bots.terminal.rehearsal.story import Cast, Rehearsal, set_stage
from core.model.consultations import Consultation
from core.model.meetings import Proposal
from core.rules.pacing import TELEGRAM
from core.rules.plain_text import quoted
from core.work.events.agenda import LONGEST_LABEL, agenda, keep, suggested
from core.work.house import House
from core.work.ports import Likener

MOST_KEPT = 8


async def vote_on(
    house: House,
    planned: Rehearsal,
    cast: Cast,
    following: Consultation,
    *,
    language: str,
) -> tuple[Proposal, ...]:
    """The agenda after the vote `following`, whose choices are what was proposed in the story so far. (): too little
    was."""
    asked, clock = planned.consultation, planned.clock
    assert isinstance(house.tagger, Likener), "the stage has a whole text layer"
    found = (await suggested(house.storage, asked, house.tagger.alike))[:MOST_KEPT]
    async with house.storage.unit() as unit:
        for each in found:
            label = {asked.languages[0]: quoted(each.text, longest=LONGEST_LABEL)}
            await keep(unit, asked, label, each.contributions, now=clock.now())
    if len(found) < 2:
        return ()
    clock.advance_to(max(clock.now(), following.opens_at))
    vote = replace(planned, consultation=following, start=clock.now(), until=following.closes_at)
    staged = await set_stage(house, vote)
    staged.street.numbers = cast.street.numbers  # no update has the number of an earlier one
    people = make_neighbours(following, language=language, people=vote.people, seed=vote.seed, habits=vote.habits)
    staged.street.arrive(people)
    await play(house, staged.street, staged.account, appointments=(), until=vote.until, tell=lambda _: None)
    house.join(cast.account, cast.street, TELEGRAM)
    async with house.storage.reading() as unit:
        return tuple(await agenda(unit, asked))
