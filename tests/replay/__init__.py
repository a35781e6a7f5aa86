"""The general rehearsal: real answers through the real program, in Telegram, and everything counted afterwards.

    people ──▶ conversation ──▶ stand-in (own process) ◀──▶ `python main.py run` (own process, killed now and then)
                                     └──────────▶ verdict ◀── database, export, digest, status

`replay.replay` plays it all; `python -m tests.replay` shows it, `test_replay.py` checks it. docs/replay.md tells more.
"""
