"""What a digest counts is kept up to date: views that say what each row counts for, their sums, and triggers.

    a row is about to change ─▶ what it counted for is taken out of `tallies`, its id waits in `untallied`
    folding                  ─▶ what it counts for now is put in, its id goes
    a row goes               ─▶ what it counted for is taken out, nothing waits

So at each moment: `tallies` + what the waiting rows count for = a count of everything. Rows change in many places, and
go with others: only the database sees them all. A later migration that makes one of these four tables anew (`batch`)
drops its triggers with it, and must make them again, and the views with them.
"""

# ruff: noqa: S608  # every word of these statements stands in this file

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

RECORDED = (
    "(EXISTS (SELECT 1 FROM answers a WHERE a.dialogue_id = d.id) OR EXISTS"
    " (SELECT 1 FROM contributions c WHERE c.dialogue_id = d.id AND c.redirect IS NULL))"
)
STATE, DIALOGUE = "c.state || ''", "COALESCE(c.dialogue_id, '')"
"""As no index has them: a row is to be found by its id."""
COUNTED = f"c.redirect IS NULL AND {STATE} IN ('read', 'untaggable', 'received')"
STRONGEST = (
    "NOT EXISTS (SELECT 1 FROM tags s WHERE s.contribution_id = t.contribution_id AND"
    " CASE s.\"by\" WHEN 'staff' THEN 3 WHEN 'citizen' THEN 2 ELSE 1 END >"
    " CASE t.\"by\" WHEN 'staff' THEN 3 WHEN 'citizen' THEN 2 ELSE 1 END)"
)
SCORE = "CAST(ROUND(t.score * 10000) AS BIGINT)"
PEOPLE, TEXTS = "dialogues d", "contributions c"


def _part(
    kind: str, key: str, table: str, where: str = "1 = 1", *, more: str = "", scores: str = "0 AS total, 0 AS square"
) -> tuple[str, str, str]:
    """(what it says of a row, the tables it is in, which rows). A `CROSS JOIN` is gone through in order by SQLite."""
    own = table[-1]
    what = f"SELECT {own}.id, {own}.consultation_id, '{kind}' AS kind, {key} AS key, 1 AS n, {scores}"
    return what, f"{table} CROSS JOIN {more}" if more else table, where


VIEWS = {
    "dialogue": (
        _part("arrived", "d.source", PEOPLE),
        _part("agreed", "d.source", PEOPLE, "d.agreed_at IS NOT NULL"),
        _part("answered", "d.source", PEOPLE, f"d.first_answer_at IS NOT NULL AND {RECORDED}"),
        _part("finished", "d.source", PEOPLE, f"d.finished_at IS NOT NULL AND {RECORDED}"),
        _part("chosen", "a.question_id || ':' || a.value", PEOPLE, "a.dialogue_id = d.id", more="answers a"),
    ),
    "contribution": (
        _part("said", "''", TEXTS, COUNTED),
        _part("elsewhere", "c.channel", TEXTS, f"{COUNTED} AND {DIALOGUE} = ''"),
        _part("untaggable", "''", TEXTS, f"{STATE} = 'untaggable'"),
        _part(
            "to_review",
            "''",
            TEXTS,
            f"c.redirect IS NULL AND {STATE} = 'read' AND c.text IS NOT NULL AND c.review = 'new'",
        ),
        _part(
            "sorted",
            "''",
            TEXTS,
            f"{COUNTED} AND EXISTS"
            f" (SELECT 1 FROM tags t WHERE t.contribution_id = c.id AND t.topic <> '' AND {STRONGEST})",
        ),
        _part(
            "topic",
            "t.topic",
            TEXTS,
            f"t.contribution_id = c.id AND {COUNTED} AND t.topic <> '' AND {STRONGEST}",
            more="tags t",
        ),
        _part(
            "scored",
            "t.topic",
            TEXTS,
            f"t.contribution_id = c.id AND {COUNTED} AND t.\"by\" = 'tagger'",
            more="tags t",
            scores=f"{SCORE} AS total, {SCORE} * {SCORE} AS square",
        ),
    ),
}

ADDED = (
    "ON CONFLICT (consultation_id, kind, key, shard) DO UPDATE SET n = tallies.n + excluded.n,"
    " total = tallies.total + excluded.total, square = tallies.square + excluded.square"
)
COLUMNS = "INSERT INTO tallies (consultation_id, kind, key, shard, n, total, square)"


def _differs(*columns: str) -> str:
    return " OR ".join(f'OLD."{each}" IS DISTINCT FROM NEW."{each}"' for each in columns)


def _comes(*columns: str) -> str:
    return " OR ".join(f"(OLD.{each} IS NULL) <> (NEW.{each} IS NULL)" for each in columns)


_HAS_DIALOGUE = "{0}.dialogue_id IS NOT NULL AND {0}.redirect IS NULL"
_MOVED = _differs("dialogue_id", "redirect")

TRIGGERS: tuple[tuple[str, str, str, str, str], ...] = (
    # before what, in which table, when, what is counted anew, which one
    ("INSERT", "dialogues", "1 = 1", "dialogue", "NEW.id"),
    (
        "UPDATE",
        "dialogues",
        f"{_differs('source')} OR {_comes('agreed_at', 'first_answer_at', 'finished_at')}",
        "dialogue",
        "OLD.id",
    ),
    ("DELETE", "dialogues", "1 = 1", "dialogue", "OLD.id"),
    ("INSERT", "answers", "1 = 1", "dialogue", "NEW.dialogue_id"),
    ("UPDATE", "answers", _differs("value"), "dialogue", "OLD.dialogue_id"),
    ("DELETE", "answers", "1 = 1", "dialogue", "OLD.dialogue_id"),
    ("INSERT", "contributions", _HAS_DIALOGUE.format("NEW"), "dialogue", "NEW.dialogue_id"),
    ("UPDATE", "contributions", f"OLD.dialogue_id IS NOT NULL AND ({_MOVED})", "dialogue", "OLD.dialogue_id"),
    ("UPDATE", "contributions", f"NEW.dialogue_id IS NOT NULL AND ({_MOVED})", "dialogue", "NEW.dialogue_id"),
    ("DELETE", "contributions", _HAS_DIALOGUE.format("OLD"), "dialogue", "OLD.dialogue_id"),
    ("INSERT", "contributions", "1 = 1", "contribution", "NEW.id"),
    (
        "UPDATE",
        "contributions",
        f"{_differs('state', 'redirect', 'review', 'channel', 'dialogue_id')} OR {_comes('text')}",
        "contribution",
        "OLD.id",
    ),
    ("DELETE", "contributions", "1 = 1", "contribution", "OLD.id"),
    ("INSERT", "tags", "1 = 1", "contribution", "NEW.contribution_id"),
    ("UPDATE", "tags", _differs("topic", "by", "score"), "contribution", "OLD.contribution_id"),
    ("DELETE", "tags", "1 = 1", "contribution", "OLD.contribution_id"),
)


def upgrade() -> None:
    op.create_table(
        "tallies",
        sa.Column("consultation_id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("shard", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("square", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultations.id"], name=op.f("fk_tallies_consultation_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("consultation_id", "kind", "key", "shard", name=op.f("pk_tallies")),
    )
    op.create_table(
        "untallied",
        sa.Column("what", sa.String(length=16), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("again", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("what", "id", name=op.f("pk_untallied")),
    )
    waiting: list[str] = []
    for name, parts in VIEWS.items():
        whole = [f"{what} FROM {tables} WHERE {which}" for what, tables, which in parts]
        op.execute(f"CREATE VIEW {name}_counts AS {' UNION ALL '.join(whole)}")
        sums = "SELECT consultation_id, kind, key, 0, SUM(n), SUM(total), SUM(square)"
        op.execute(f"{COLUMNS} {sums} FROM {name}_counts GROUP BY consultation_id, kind, key")
        waiting += [
            f"{what} FROM untallied u CROSS JOIN {tables} WHERE u.what = '{name}' AND {name[0]}.id = u.id AND {which}"
            for what, tables, which in parts
        ]
    op.execute(f"CREATE VIEW waiting_counts AS {' UNION ALL '.join(waiting)}")
    if op.get_bind().dialect.name == "postgresql":
        _functions()
    for number, trigger in enumerate(TRIGGERS):
        op.execute(_trigger(f"tallied_{number:02}", *trigger))
    op.drop_index(op.f("ix_contributions_consultation_id_state"), table_name="contributions")
    op.create_index(
        op.f("ix_contributions_reviewed"),
        "contributions",
        ["consultation_id", "received_at"],
        unique=False,
        sqlite_where=sa.text("review = 'reviewed'"),
        postgresql_where=sa.text("review = 'reviewed'"),
    )
    op.create_index(
        op.f("ix_dialogues_consultation_id_first_answer_at"),
        "dialogues",
        ["consultation_id", "first_answer_at"],
        unique=False,
    )


def _trigger(name: str, before: str, table: str, when: str, what: str, which: str) -> str:
    gone = (before, which) == ("DELETE", "OLD.id")
    if before == "DELETE" and not gone:  # a row that went with the one it hangs on changes nothing of it any more
        when = f"({when}) AND EXISTS (SELECT 1 FROM {what}s WHERE id = {which})"
    if op.get_bind().dialect.name == "postgresql":
        return _postgres_trigger(name, before, table, when, f"'{what}'", which, gone=gone)
    when = when.replace("IS DISTINCT FROM", "IS NOT")  # as every SQLite says it
    waits = f"SELECT 1 FROM untallied WHERE what = '{what}' AND id = {which}"
    out = (
        f"{COLUMNS} SELECT consultation_id, kind, key, 0, -n, -total, -square FROM {what}_counts"
        f" WHERE id = {which} AND NOT EXISTS ({waits}) {ADDED};"
    )
    if gone:
        then = f"DELETE FROM untallied WHERE what = '{what}' AND id = {which};"
        return f"CREATE TRIGGER {name} BEFORE DELETE ON {table} WHEN {when} BEGIN {out} {then} END"
    then = f"INSERT INTO untallied (what, id, again) VALUES ('{what}', {which}, 0) ON CONFLICT DO NOTHING;"
    return (
        f"CREATE TRIGGER {name} BEFORE {before} ON {table} WHEN ({when}) AND NOT EXISTS ({waits})"
        f" BEGIN {out} {then} END"
    )


def _postgres_trigger(name: str, before: str, table: str, when: str, what: str, which: str, *, gone: bool) -> str:
    """A condition there cannot ask other tables: the function does."""
    does = "tally_out" if gone else "untally"
    row = "OLD" if before == "DELETE" else "NEW"
    op.execute(
        f"CREATE FUNCTION {name}() RETURNS trigger AS $$ BEGIN"
        f" IF {when} THEN PERFORM {does}({what}, {which}); END IF; RETURN {row}; END $$ LANGUAGE plpgsql"
    )
    return f"CREATE TRIGGER {name} BEFORE {before} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"


def _functions() -> None:
    """Each connection takes out under its own number (`shard`), so that none waits for another."""
    views = " UNION ALL ".join(
        f"SELECT consultation_id, kind, key, pg_backend_pid(), -n, -total, -square FROM {what}_counts"
        f" WHERE what_ = '{what}' AND id = id_"
        for what in ("dialogue", "contribution")
    )
    out = f"{COLUMNS} {views} {ADDED};"
    op.execute(
        "CREATE FUNCTION untally(what_ text, id_ text) RETURNS void AS $$ DECLARE known boolean; BEGIN"
        " INSERT INTO untallied (what, id, again) VALUES (what_, id_, FALSE)"
        " ON CONFLICT (what, id) DO UPDATE SET again = TRUE RETURNING again INTO known;"
        f" IF NOT known THEN {out} END IF; END $$ LANGUAGE plpgsql"
    )
    op.execute(
        "CREATE FUNCTION tally_out(what_ text, id_ text) RETURNS void AS $$ BEGIN"
        " DELETE FROM untallied WHERE what = what_ AND id = id_;"
        f" IF NOT FOUND THEN {out} END IF; END $$ LANGUAGE plpgsql"
    )


def downgrade() -> None:
    postgres = op.get_bind().dialect.name == "postgresql"
    for number, (_, table, *_) in enumerate(TRIGGERS):
        name = f"tallied_{number:02}"
        op.execute(f"DROP TRIGGER {name} ON {table}" if postgres else f"DROP TRIGGER {name}")
        if postgres:
            op.execute(f"DROP FUNCTION {name}()")
    if postgres:
        op.execute("DROP FUNCTION untally(text, text)")
        op.execute("DROP FUNCTION tally_out(text, text)")
    for view in ("waiting", *VIEWS):
        op.execute(f"DROP VIEW {view}_counts")
    op.drop_table("untallied")
    op.drop_table("tallies")
    op.drop_index(op.f("ix_dialogues_consultation_id_first_answer_at"), table_name="dialogues")
    op.drop_index(op.f("ix_contributions_reviewed"), table_name="contributions")
    op.create_index(op.f("ix_contributions_consultation_id_state"), "contributions", ["consultation_id", "state"])
