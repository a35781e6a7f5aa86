"""What the stand-in answers parses in two real libraries: python-telegram-bot and aiogram."""

import telegram

from bots.telegram.decode import KINDS
from tests.stand_ins.telegram.people import Person
from tests.stand_ins.telegram.server import TelegramServer


def act_in_every_way(person: Person) -> int:
    """One update of each kind that we ask for; how many."""
    person.start("affiche-piscine")
    said = person.say("ouvrir plus tard")
    person.edit(said, "ouvrir plus tard le soir")
    person.forward("d'un voisin")
    for attach in (
        person.send_voice,
        person.send_video_note,
        person.send_sticker,
        person.send_photo,
        person.send_video,
    ):
        attach()
    for attach in (person.send_location, person.send_document, person.send_contact, person.send_dice):
        attach()
    person.press("Oui")
    person.forge("n:accept:1", message_id=1)
    person.block()
    person.unblock()
    return 17


async def test_python_telegram_bot_understands_all_of_it(server: TelegramServer, anna: Person) -> None:
    server.group(-103, title="Ville", kind="channel", status="administrator")
    async with telegram.Bot(server.token, base_url=f"{server.url}/bot") as bot:
        assert isinstance(await bot.get_chat_member(-103, bot.id), telegram.ChatMemberAdministrator)
        markup = telegram.InlineKeyboardMarkup([[telegram.InlineKeyboardButton("Oui", callback_data="y")]])
        message = await bot.send_message(anna.id, "<b>Hé</b> &amp; là", parse_mode="HTML", reply_markup=markup)
        assert (message.text, message.entities[0].type, message.chat.id) == ("Hé & là", "bold", anna.id)
        count = 1 + act_in_every_way(anna)
        updates = await bot.get_updates(allowed_updates=list(KINDS))
        assert len(updates) == count
        query = next(update.callback_query for update in updates if update.callback_query)
        assert isinstance(query.message, telegram.Message)
        assert query.message.text == "Hé & là"
        assert await query.answer("merci")
        assert anna.profile.alerts == ["merci"]
        edited = await bot.edit_message_text("Fini", anna.id, message.message_id)
        assert isinstance(edited, telegram.Message)
        assert edited.edit_date is not None
        await bot.edit_message_reply_markup(anna.id, message.message_id, reply_markup=markup)
        document = await bot.send_document(anna.id, b"a;b", filename="mes-reponses.csv", caption="Vos réponses")
        assert document.document is not None
        assert document.document.file_size == 3
        assert await bot.delete_message(anna.id, message.message_id)
        assert await bot.send_chat_action(anna.id, "typing")
        assert (await bot.get_chat(anna.id)).first_name == "Anna"
        assert await bot.set_my_commands([("aide", "Comment ça marche")], language_code="fr")
        assert (await bot.get_my_commands(language_code="fr"))[0].command == "aide"
        assert await bot.set_my_description("Votre ville vous demande votre avis")
        assert await bot.set_my_short_description("Votre avis compte")
        assert await bot.set_webhook("https://ville.example/telegram", secret_token="abc")
        info = await bot.get_webhook_info()
        assert (info.url, info.pending_update_count) == ("https://ville.example/telegram", count)
        assert await bot.delete_webhook(drop_pending_updates=True)
    assert server.bot.waits() == 0


async def test_aiogram_understands_all_of_it(server: TelegramServer, anna: Person) -> None:
    # Loading it takes seconds: only here, so that the other processes of the tests do not.
    import aiogram
    from aiogram.client.session.aiohttp import AiohttpSession
    from aiogram.client.telegram import TelegramAPIServer
    from aiogram.types import BotCommand, BufferedInputFile, InlineKeyboardButton, InlineKeyboardMarkup

    server.group(-103, title="Ville", kind="channel", status="administrator")
    session = AiohttpSession(api=TelegramAPIServer.from_base(server.url))
    async with aiogram.Bot(server.token, session=session) as bot:
        assert (await bot.get_chat_member(-103, bot.id)).status == "administrator"
        assert (await bot.get_me()).username == "porte_voix_bot"
        markup = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="Oui", callback_data="y")]])
        message = await bot.send_message(anna.id, "<i>Hé</i>", parse_mode="HTML", reply_markup=markup)
        assert message.entities
        count = 1 + act_in_every_way(anna)
        updates = await bot.get_updates(allowed_updates=list(KINDS))
        assert len(updates) == count
        query = next(update.callback_query for update in updates if update.callback_query)
        assert await bot.answer_callback_query(query.id)
        edited = await bot.edit_message_text("Fini", chat_id=anna.id, message_id=message.message_id)
        assert isinstance(edited, aiogram.types.Message)
        await bot.edit_message_reply_markup(chat_id=anna.id, message_id=message.message_id, reply_markup=markup)
        document = await bot.send_document(anna.id, BufferedInputFile(b"a;b", "mes-reponses.csv"))
        assert document.document is not None
        assert await bot.delete_message(anna.id, message.message_id)
        assert await bot.send_chat_action(anna.id, "typing")
        assert (await bot.get_chat(anna.id)).first_name == "Anna"
        assert await bot.set_my_commands([BotCommand(command="aide", description="Aide")], language_code="fr")
        assert (await bot.get_my_commands(language_code="fr"))[0].command == "aide"
        assert await bot.set_webhook("https://ville.example/telegram")
        assert (await bot.get_webhook_info()).pending_update_count == count
        assert await bot.delete_webhook()
