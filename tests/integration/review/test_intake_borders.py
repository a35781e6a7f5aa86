"""What intake must bear: people who come back at once, accounts of another process, and words that were purged."""

from dataclasses import replace

from bots.terminal.decode import encode
from core.model.ids import AccountId, ConsultationId, PartnerId
from core.model.messages import Outbound, Outcome, Pressed, Started, Unreachable
from core.model.people import Account, Address
from core.work.ports import RawUpdate
from tests.builders import both, consultation
from tests.integration.review.village import Line, Village

POOL = replace(consultation(), steps=(), sources={"poster": both("affiche", "poster")})


async def test_what_is_said_right_after_an_erasure_is_answered(village: Village) -> None:
    """Both updates are in the inbox when the first is worked on: the erasure reaches back, never forward."""
    await village.starts(POOL)
    await village.agrees("anna", "poster")
    await village.says("anna", "effacer")
    button = village.button("anna", "Oui").action
    before = len(village.lines["town"].to("anna"))
    await village.comes("anna", Pressed(button, 1))
    await village.comes("anna", Started("poster"))
    assert await village.house.intake.receive_pending(batch=1) == 1
    await village.house.settle()
    said = [message.text for message in village.lines["town"].to("anna")[before:]]
    assert len(said) > 1, "the farewell, and then the welcome"
    assert any("Bonjour" in text for text in said)


async def test_an_account_that_another_process_added_is_looked_up(village: Village) -> None:
    await village.starts(POOL)
    await village.starting("anna", "poster")  # accounts are known from now on
    other = AccountId("another-bot")
    async with village.storage.unit() as unit:
        await unit.people.add_account(Account(other, PartnerId("town"), "terminal", "other"), village.clock.now())
    line = Line()
    village.house.channels[other] = line
    village.house.paces[other] = village.house.paces[village.accounts["town"]]
    await village.house.inbox.accept(
        [RawUpdate(other, "1", "ben", encode("ben", Started("poster")), village.clock.now())]
    )
    await village.house.settle()
    assert "Bonjour" in "\n".join(message.text for message in line.to("ben"))


async def test_who_writes_can_be_written_to_again(village: Village) -> None:
    """Blocked, then unblocked while the platform had nothing to tell: the next message says so."""
    line = await village.starts(POOL)
    await village.agrees("anna", "poster")

    def blocked(_address: Address, _message: Outbound) -> Outcome:
        return Unreachable("blocked")

    line.says = blocked
    await village.presses("anna", "Jamais")
    line.says = None
    await village.says("anna", "me revoila, ouvrez plus tard")
    async with village.storage.reading() as unit:
        known = await unit.people.known(village.accounts["town"], ["anna"])
        citizen = known["anna"][1]
        assert citizen is not None
        assert not (await unit.people.citizens([citizen]))[citizen].unreachable


async def test_an_edit_of_purged_words_does_not_take_the_rest_with_it(village: Village) -> None:
    await village.starts(POOL)
    await village.agrees("anna", "poster")
    await village.presses("anna", "Jamais")
    first = await village.says("anna", "ouvrir plus tard le soir")
    await village.says("anna", "et le dimanche aussi, mon fils travaille")
    await village.later(seconds=11)
    await village.house.tagging.tag_pending()
    async with village.storage.unit() as unit:
        await unit.privacy.forget_raw_words(await unit.privacy.raw_words(ConsultationId("pool"), 10))
    await village.edits("anna", "ouvrir plus tot le matin", first)
    await village.house.tagging.tag_pending()
    whole = "ouvrir plus tard le soir\net le dimanche aussi, mon fils travaille"
    assert await village.contributions() == [("more", whole, "read")]


async def test_a_message_that_turned_urgent_stays_one_answer_and_one_alert(village: Village) -> None:
    """Edited into something urgent, then into something else: the answer follows the last edit."""
    await village.starts(POOL)
    await village.agrees("anna", "poster")
    await village.presses("anna", "Jamais")
    number = await village.says("anna", "ouvrir plus tard le soir, je travaille")
    await village.later(seconds=11)
    await village.edits("anna", "je veux mourir", number)
    await village.edits("anna", "ouvrir plus tot le matin, je travaille", number)
    await village.house.settle()
    answers = [text for question, text, _ in await village.contributions() if question == "more"]
    assert answers == ["ouvrir plus tot le matin, je travaille"]


async def test_a_bare_start_goes_where_something_is_open(village: Village) -> None:
    """Her consultation is over, another one runs: "start" does not tell her that hers is over for ever."""
    await village.starts(replace(POOL, closes_at=POOL.opens_at.replace(day=20)))
    await village.agrees("anna", "poster")
    village.clock.at = POOL.opens_at.replace(day=25)
    await village.starts(
        replace(POOL, id="park", title=both("Parc", "Park"), why=both("Le parc.", "The park."), sources={})
    )
    before = len(village.lines["town"].to("anna"))
    await village.starting("anna")
    assert "Le parc." in "\n".join(message.text for message in village.lines["town"].to("anna")[before:])
