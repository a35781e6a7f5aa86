"""python-telegram-bot's own webhook (Tornado), as its documentation shows it, and the same short dialogue with the same
rows, one commit each.

    python -m tests.bench.references.ptb_webhook      prints two addresses: for updates, and for /drained; ends with its
                                                      standard input

It answers 200 once an update is queued, before anything is written: whatever is queued when it dies is lost. SQLite as
ours: write-ahead log, synchronous=FULL, secure_delete. GET /drained as tests/bench/inbound/serving.py.
"""

import asyncio
import json
import logging
import secrets
import socket
import sqlite3
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from telegram import Update
from telegram.ext import Application, CallbackQueryHandler, CommandHandler, ContextTypes, MessageHandler, filters

from bots.web.server import listening_socket, serve_web
from tests.bench.inbound.people import PATH, SECRET
from tests.bench.sending.broadcast import TOKEN, platform

Context = ContextTypes.DEFAULT_TYPE
TABLES = """
CREATE TABLE inbox (update_id INTEGER PRIMARY KEY, chat TEXT, raw TEXT, state TEXT);
CREATE TABLE citizens (id TEXT PRIMARY KEY, chat TEXT UNIQUE, language TEXT, last_seen_at REAL);
CREATE TABLE consents (citizen_id TEXT REFERENCES citizens, purpose TEXT, given_at REAL,
                       PRIMARY KEY (citizen_id, purpose));
CREATE TABLE dialogues (id TEXT PRIMARY KEY, citizen_id TEXT UNIQUE REFERENCES citizens, stage TEXT, state TEXT);
CREATE TABLE answers (dialogue_id TEXT REFERENCES dialogues, question TEXT, value TEXT,
                      PRIMARY KEY (dialogue_id, question));
CREATE TABLE contributions (id TEXT PRIMARY KEY, dialogue_id TEXT UNIQUE REFERENCES dialogues, question TEXT,
                            state TEXT);
CREATE TABLE parts (contribution_id TEXT REFERENCES contributions, message_id INTEGER, text TEXT,
                    PRIMARY KEY (contribution_id, message_id));
CREATE TABLE deliveries (seq INTEGER PRIMARY KEY, id TEXT UNIQUE, key TEXT UNIQUE, citizen_id TEXT REFERENCES citizens,
                         body TEXT, due_at REAL, state TEXT);
CREATE INDEX deliveries_due ON deliveries (state, due_at);
"""


class Bot:
    """The dialogue: an offer, a consent, a choice, an answer in as many messages as it takes."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        self.commits = 0

    async def start(self, update: Update, _context: Context) -> None:
        citizen, dialogue = secrets.token_hex(8), secrets.token_hex(8)
        with self._unit(update):
            language = update.effective_user.language_code if update.effective_user else None
            self._do("INSERT INTO citizens VALUES (?, ?, ?, ?)", citizen, self._chat(update), language, time.time())
            self._do("INSERT INTO dialogues VALUES (?, ?, 'offered', '{}')", dialogue, citizen)
            self._reply(update, citizen, "La piscine rouvre en 2027. Votre avis compte.")

    async def press(self, update: Update, _context: Context) -> None:
        action = (update.callback_query.data if update.callback_query else None) or ""
        with self._unit(update):
            citizen, dialogue, stage = self._who(update)
            if action.startswith("agree"):
                self._do("INSERT OR IGNORE INTO consents VALUES (?, 'participation', ?)", citizen, time.time())
                stage = "often"
            elif stage == "often":
                self._do("INSERT OR REPLACE INTO answers VALUES (?, 'often', ?)", dialogue, action.split(":")[2])
                stage = "more"
            self._move(citizen, dialogue, stage)
            self._reply(update, citizen, "Qu’est-ce qui vous ferait venir ?")

    async def say(self, update: Update, _context: Context) -> None:
        message = update.effective_message
        if message is None:
            return
        with self._unit(update):
            citizen, dialogue, stage = self._who(update)
            self._do(
                "INSERT OR IGNORE INTO contributions VALUES (?, ?, 'more', 'open')", secrets.token_hex(8), dialogue
            )
            row = self._do("SELECT id FROM contributions WHERE dialogue_id = ?", dialogue)
            self._do("INSERT OR IGNORE INTO parts VALUES (?, ?, ?)", row.fetchone()[0], message.id, message.text)
            self._move(citizen, dialogue, stage)
            self._reply(update, citizen, "Merci. Autre chose ?")

    def _unit(self, update: Update) -> sqlite3.Connection:
        self._do("BEGIN IMMEDIATE")
        self._do(
            "INSERT OR IGNORE INTO inbox VALUES (?, ?, ?, 'done')",
            update.update_id,
            self._chat(update),
            update.to_json(),
        )
        self.commits += 1
        return self._database

    def _who(self, update: Update) -> tuple[str, str, str]:
        return tuple(  # type: ignore[return-value]  # three columns
            self._do(
                "SELECT citizens.id, dialogues.id, stage FROM citizens JOIN dialogues ON citizen_id = citizens.id"
                " WHERE chat = ?",
                self._chat(update),
            ).fetchone()
        )

    def _move(self, citizen: str, dialogue: str, stage: str) -> None:
        self._do("UPDATE citizens SET last_seen_at = ? WHERE id = ?", time.time(), citizen)
        self._do("UPDATE dialogues SET stage = ?, state = ? WHERE id = ?", stage, json.dumps({"at": stage}), dialogue)

    def _reply(self, update: Update, citizen: str, text: str) -> None:
        self._do(
            "INSERT INTO deliveries (id, key, citizen_id, body, due_at, state) VALUES (?, ?, ?, ?, ?, 'planned')",
            secrets.token_hex(8),
            f"reply:{update.update_id}",
            citizen,
            json.dumps({"text": text}),
            time.time(),
        )

    def _do(self, statement: str, *values: object) -> sqlite3.Cursor:
        return self._database.execute(statement, values)

    def _chat(self, update: Update) -> str:
        return str(update.effective_chat.id if update.effective_chat else 0)


async def serve(folder: Path, url: str) -> None:
    logging.getLogger("httpx").setLevel(logging.WARNING)  # it would write the token
    with closing(sqlite3.connect(folder / "reference.db", isolation_level=None)) as database:
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
            database.execute(f"PRAGMA {pragma}")
        database.executescript(TABLES)
        bot = Bot(database)
        application = Application.builder().token(TOKEN).base_url(f"{url}/bot").build()
        application.add_handler(CommandHandler("start", bot.start))
        application.add_handler(CallbackQueryHandler(bot.press))
        application.add_handler(MessageHandler(filters.TEXT, bot.say))
        updater = application.updater
        assert updater is not None, "the builder makes one"

        async def drained(_request: Request) -> Response:
            await application.update_queue.join()
            at = time.monotonic()
            rows = {
                table: database.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
                for table in ("inbox", "contributions", "deliveries")
            }
            return JSONResponse({"at": at, "commits": bot.commits, "cpu": time.process_time(), **rows})

        asked, stop = listening_socket("127.0.0.1", 0), asyncio.Event()
        serving = asyncio.create_task(serve_web(Starlette(routes=[Route("/drained", drained)]), asked, stop))
        with socket.create_server(("127.0.0.1", 0)) as listener:
            listener.setblocking(False)  # Tornado takes what comes until nobody waits
            await application.initialize()
            await updater.start_webhook(unix=listener, url_path=PATH, webhook_url=f"{url}{PATH}", secret_token=SECRET)
            await application.start()
            print(*(f"http://127.0.0.1:{each.getsockname()[1]}" for each in (listener, asked)), flush=True)
            await asyncio.to_thread(sys.stdin.read)
            stop.set()
            await serving
            await updater.stop()
        await application.stop()
        await application.shutdown()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="porte-voix-bench-") as chosen, platform(1, 0.0) as nearby:
        asyncio.run(serve(Path(chosen), nearby))
