"""Every table. What is personal stands in few places: addresses, parts, contributions, inbox, dialogues.state,
web_messages; of staff: staff_members, charges.

partners ─┬─ accounts ── addresses ─ citizens ─┬─ dialogues ─┬─ answers
          ├─ consultations ── revisions        ├─ consents   └─ contributions ─┬─ parts
          │        └─ sources, digests         │                               ├─ tags
          └─ alerts                            ├─ deliveries                   └─ alerts
                                               └─ audience (who gets a step first, who later)
consultations ── follow_ups ─┬─ follow_up_contributions ── contributions
                             └─ satisfactions ── citizens (does it answer them?), contributions (and why)
consultations ─┬─ charges (who of the staff took what)
               ├─ changes (a file that waits for a second person)
               ├─ attendance (how many came to an event)
               └─ proposals, proposal_contributions ── contributions (what is to be dealt with, and who proposed it)
tallies (what counts, kept by triggers) · untallied (which rows of dialogues and contributions changed since)
audit (what staff did; points at nothing, so that nothing takes it along)
inbox (raw updates) · erasures (what remains of someone) · media_counts · arrivals (sources × days)
accounts ── web_messages (what the page of a web chat shows)
partners ── staff_members ─┬─ sign_in_links
                           └─ staff_sessions
"""

import sqlalchemy as sa

from core.model.campaigns import CampaignState
from core.model.contributions import ContributionState
from core.model.deliveries import Lane, Reason, State
from core.model.dialogues import Stage
from core.model.experiments import Group
from core.model.follow_ups import Progress
from core.model.publications import Publication
from core.model.satisfaction import Satisfied
from core.model.staff import Role
from core.storage.types import Instant, Json, Serial

metadata = sa.MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)


def _one_of(column: str, values: type) -> sa.CheckConstraint:
    words = ", ".join(f"'{value}'" for value in values)  # type: ignore[attr-defined]  # every caller gives a StrEnum
    return sa.CheckConstraint(f"{column} IN ({words})", name=f"{column}_known")


def _id(name: str = "id") -> sa.Column[str]:
    return sa.Column(name, sa.String(64), primary_key=True)


def _ref(name: str, target: str, *, nullable: bool = False, gone_with: bool = True) -> sa.Column[str]:
    """A foreign key; `gone_with`: the row goes when what it points to goes."""
    key = sa.ForeignKey(target, ondelete="CASCADE" if gone_with else "SET NULL")
    return sa.Column(name, sa.String(64), key, nullable=nullable)


partners = sa.Table(
    "partners",
    metadata,
    _id(),
    sa.Column("name", Json, nullable=False),
    sa.Column("created_at", Instant, nullable=False),
)

accounts = sa.Table(
    "accounts",
    metadata,
    _id(),
    _ref("partner_id", "partners.id"),
    sa.Column("channel", sa.String(32), nullable=False),
    sa.Column("external_id", sa.String(64), nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.UniqueConstraint("channel", "external_id"),
)

citizens = sa.Table(
    "citizens",
    metadata,
    _id(),
    _ref("partner_id", "partners.id"),
    sa.Column("language", sa.String(8), nullable=False),
    sa.Column("zone", sa.String(64), nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("last_seen_at", Instant, nullable=False),
    sa.Column("stopped_at", Instant),
    sa.Index(
        None,
        "stopped_at",
        sqlite_where=sa.text("stopped_at IS NOT NULL"),
        postgresql_where=sa.text("stopped_at IS NOT NULL"),
    ),
)

addresses = sa.Table(
    "addresses",
    metadata,
    _id(),
    _ref("account_id", "accounts.id"),
    sa.Column("external_id", sa.String(64), nullable=False),
    _ref("citizen_id", "citizens.id", nullable=True, gone_with=False),
    sa.Column("unreachable", sa.Boolean, nullable=False, default=False),
    sa.Column("leaving", sa.Boolean, nullable=False, default=False),
    sa.UniqueConstraint("account_id", "external_id"),
    sa.Index(None, "citizen_id"),
)

consultations = sa.Table(
    "consultations",
    metadata,
    _id(),
    _ref("partner_id", "partners.id"),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("started_at", Instant),
    sa.Column("opens_at", Instant, nullable=False),
    sa.Column("closes_at", Instant, nullable=False),
    sa.Column("ended_at", Instant),
    _one_of("state", CampaignState),
)

revisions = sa.Table(
    "revisions",
    metadata,
    sa.Column("consultation_id", sa.ForeignKey("consultations.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("revision", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("file", sa.Text),
)

changes = sa.Table(
    "changes",
    metadata,
    sa.Column("consultation_id", sa.ForeignKey("consultations.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("file", sa.Text, nullable=False),
    sa.Column("given_at", Instant, nullable=False),
)

sources = sa.Table(
    "sources",
    metadata,
    _id(),
    _ref("partner_id", "partners.id"),
    _ref("consultation_id", "consultations.id"),
    sa.Column("token", sa.String(64), nullable=False),
    sa.Column("label", Json, nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("retired_at", Instant),
    sa.UniqueConstraint("partner_id", "token"),
)

consents = sa.Table(
    "consents",
    metadata,
    _ref("citizen_id", "citizens.id"),
    _ref("consultation_id", "consultations.id"),
    sa.Column("purpose", sa.String(16), nullable=False),
    sa.Column("notice_version", sa.Integer, nullable=False),
    sa.Column("given_at", Instant, nullable=False),
    sa.Column("revoked_at", Instant),
    sa.PrimaryKeyConstraint("citizen_id", "consultation_id", "purpose", "notice_version"),
)

dialogues = sa.Table(
    "dialogues",
    metadata,
    _id(),
    _ref("citizen_id", "citizens.id"),
    _ref("consultation_id", "consultations.id"),
    _ref("address_id", "addresses.id"),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("stage", sa.String(16), nullable=False),
    sa.Column("active", sa.Boolean, nullable=False),
    sa.Column("source", sa.String(64), nullable=False),
    sa.Column("state", Json, nullable=False),
    sa.Column("started_at", Instant, nullable=False),
    sa.Column("agreed_at", Instant),
    sa.Column("first_answer_at", Instant),
    sa.Column("finished_at", Instant),
    sa.Column("last_at", Instant),
    sa.Column("elapses_at", Instant),
    sa.Column("held_until", Instant),
    sa.UniqueConstraint("citizen_id", "consultation_id"),
    sa.Index(None, "consultation_id", "id"),
    sa.Index(None, "consultation_id", "finished_at"),
    sa.Index(None, "consultation_id", "first_answer_at"),
    sa.Index(None, "address_id"),
    sa.Index(None, "elapses_at"),
    sa.Index(None, "held_until"),
    _one_of("stage", Stage),
)

answers = sa.Table(
    "answers",
    metadata,
    _ref("dialogue_id", "dialogues.id"),
    sa.Column("question_id", sa.String(16), nullable=False),
    sa.Column("value", sa.Text, nullable=False),
    sa.Column("answered_at", Instant, nullable=False),
    sa.PrimaryKeyConstraint("dialogue_id", "question_id"),
)

contributions = sa.Table(
    "contributions",
    metadata,
    _id(),
    _ref("consultation_id", "consultations.id"),
    sa.Column("question_id", sa.String(16), nullable=False),
    _ref("citizen_id", "citizens.id", nullable=True),
    _ref("dialogue_id", "dialogues.id", nullable=True),
    sa.Column("channel", sa.String(32), nullable=False),
    sa.Column("source", sa.String(64), nullable=False),
    sa.Column("language", sa.String(8), nullable=False),
    sa.Column("received_at", Instant, nullable=False),
    sa.Column("whole_at", Instant),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("redirect", sa.String(32)),
    sa.Column("text", sa.Text),
    sa.Column("parts", sa.Integer, nullable=False),
    sa.Column("masked", Json, nullable=False, default=list),
    sa.Column("flags", Json, nullable=False, default=list),
    sa.Column("review", sa.String(16), nullable=False, default="new"),
    sa.Column("import_key", sa.String(64)),
    sa.Column("hidden_for", sa.String(16)),
    sa.Column("words", sa.Text),
    sa.UniqueConstraint("consultation_id", "import_key"),
    sa.Index(None, "consultation_id", "received_at", "id"),
    sa.Index(
        "ix_contributions_reviewed",
        "consultation_id",
        "received_at",
        sqlite_where=sa.text("review = 'reviewed'"),
        postgresql_where=sa.text("review = 'reviewed'"),
    ),
    sa.Index(None, "state", "whole_at", "id"),
    sa.Index(None, "dialogue_id", "question_id"),
    sa.Index(None, "citizen_id"),
    _one_of("state", ContributionState),
)

FOUND_BY = sa.func.array_to_tsvector(sa.func.string_to_array(contributions.c.words, sa.literal_column("' '")))
"""The words of a contribution as PostgreSQL looks them up. SQLite reads the words through."""
sa.Index("ix_contributions_words", FOUND_BY, postgresql_using="gin").ddl_if(dialect="postgresql")

parts = sa.Table(
    "parts",
    metadata,
    _ref("contribution_id", "contributions.id"),
    sa.Column("message_id", sa.BigInteger, nullable=False),
    sa.Column("text", sa.Text),
    sa.Column("forwarded", sa.Boolean, nullable=False, default=False),
    sa.Column("received_at", Instant, nullable=False),
    sa.PrimaryKeyConstraint("contribution_id", "message_id"),
)

tags = sa.Table(
    "tags",
    metadata,
    _ref("contribution_id", "contributions.id"),
    sa.Column("topic", sa.String(64), nullable=False),
    sa.Column("by", sa.String(16), nullable=False),
    sa.Column("score", sa.Float, nullable=False),
    sa.Column("confident", sa.Boolean, nullable=False, default=False),
    sa.Column("tagged_at", Instant, nullable=False),
    sa.Column("words", Json, nullable=True),
    sa.PrimaryKeyConstraint("contribution_id", "topic", "by"),
)

alerts = sa.Table(
    "alerts",
    metadata,
    _id(),
    _ref("partner_id", "partners.id"),
    _ref("consultation_id", "consultations.id"),
    _ref("contribution_id", "contributions.id"),
    sa.Column("kind", sa.String(32), nullable=False),
    sa.Column("serious", sa.Boolean, nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("opened_at", Instant),
    sa.Column("opened_by", sa.String(64)),
    sa.UniqueConstraint("contribution_id", "kind"),
    sa.Index(None, "consultation_id", "created_at"),
)

deliveries = sa.Table(
    "deliveries",
    metadata,
    sa.Column("seq", Serial, primary_key=True, autoincrement=True),
    sa.Column("id", sa.String(64), nullable=False, unique=True),
    sa.Column("key", sa.String(200), nullable=False, unique=True),
    _ref("account_id", "accounts.id"),
    _ref("address_id", "addresses.id"),
    _ref("citizen_id", "citizens.id", nullable=True),
    _ref("consultation_id", "consultations.id", nullable=True),
    sa.Column("revision", sa.Integer),
    sa.Column("step", sa.String(32)),
    sa.Column("lane", sa.String(8), nullable=False),
    sa.Column("rank", sa.SmallInteger, nullable=False),
    sa.Column("body", Json),
    sa.Column("language", sa.String(8), nullable=False),
    sa.Column("planned_at", Instant, nullable=False),
    sa.Column("due_at", Instant, nullable=False),
    sa.Column("use_by", Instant),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("reason", sa.String(32)),
    sa.Column("detail", sa.String(200), nullable=False, default=""),
    sa.Column("attempts", sa.Integer, nullable=False, default=0),
    sa.Column("lease_until", Instant),
    sa.Column("external_id", sa.String(64), nullable=False, default=""),
    sa.Column("sent_at", Instant),
    sa.Column("epoch", sa.Integer, nullable=False, server_default="0"),
    sa.Index(None, "state", "rank", "due_at"),
    sa.Index(None, "address_id", "state"),
    sa.Index(None, "consultation_id", "step", "citizen_id"),
    sa.Index(None, "citizen_id", "lane", "sent_at"),
    _one_of("state", State),
    _one_of("lane", Lane),
    _one_of("reason", Reason),
    sqlite_autoincrement=True,
)

satisfactions = sa.Table(
    "satisfactions",
    metadata,
    _ref("follow_up_id", "follow_ups.id"),
    _ref("citizen_id", "citizens.id"),
    sa.Column("value", sa.String(8), nullable=False),
    sa.Column("answered_at", Instant, nullable=False),
    _ref("contribution_id", "contributions.id", nullable=True, gone_with=False),
    sa.PrimaryKeyConstraint("follow_up_id", "citizen_id"),
    sa.Index(None, "citizen_id"),
    sa.Index(None, "contribution_id"),
    _one_of("value", Satisfied),
)

audience = sa.Table(
    "audience",
    metadata,
    _ref("consultation_id", "consultations.id"),
    sa.Column("step", sa.String(32), nullable=False),
    _ref("citizen_id", "citizens.id"),
    sa.Column("part", sa.String(8), nullable=False),
    sa.Column("source", sa.String(64), nullable=False),
    sa.Column("begins_at", Instant, nullable=False),
    sa.Column("due_at", Instant),
    sa.Column("reads_at", Instant, nullable=False),
    sa.PrimaryKeyConstraint("consultation_id", "step", "citizen_id"),
    sa.Index(None, "citizen_id", "begins_at"),
    _one_of("part", Group),
)

tallies = sa.Table(
    "tallies",
    metadata,
    _ref("consultation_id", "consultations.id"),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("key", sa.Text, nullable=False),
    sa.Column("shard", sa.Integer, nullable=False),
    sa.Column("n", sa.BigInteger, nullable=False),
    sa.Column("total", sa.BigInteger, nullable=False),
    sa.Column("square", sa.BigInteger, nullable=False),
    sa.PrimaryKeyConstraint("consultation_id", "kind", "key", "shard"),
)

untallied = sa.Table(  # ids of dialogues and contributions, or what once was one
    "untallied",
    metadata,
    sa.Column("what", sa.String(16), nullable=False),
    sa.Column("id", sa.String(64), nullable=False),
    sa.Column("again", sa.Boolean, nullable=False),
    sa.PrimaryKeyConstraint("what", "id"),
)

paid_messages = sa.Table(
    "paid_messages",
    metadata,
    _ref("consultation_id", "consultations.id"),
    sa.Column("step", sa.String(32), nullable=False),
    sa.Column("messages", sa.Integer, nullable=False),
    sa.PrimaryKeyConstraint("consultation_id", "step"),
)

senders = sa.Table(
    "senders",
    metadata,
    sa.Column("account_id", sa.ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("holder", sa.String(64), nullable=False),
    sa.Column("epoch", sa.Integer, nullable=False),
    sa.Column("until", Instant, nullable=False),
    sa.Column("estimate", sa.Integer, nullable=False),
    sa.Column("halted_until", Instant),
)

inbox = sa.Table(
    "inbox",
    metadata,
    sa.Column("seq", Serial, primary_key=True, autoincrement=True),
    _ref("account_id", "accounts.id"),
    sa.Column("update_id", sa.String(64), nullable=False),
    sa.Column("chat", sa.String(64), nullable=False),
    sa.Column("raw", sa.LargeBinary, nullable=False),
    sa.Column("received_at", Instant, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False, default=0),
    sa.UniqueConstraint("account_id", "update_id"),
    sa.Index(None, "state", "seq"),
    sa.Index(None, "account_id", "chat", "state"),
    sa.CheckConstraint("state IN ('new', 'done', 'quarantined')", name="state_known"),
    sqlite_autoincrement=True,  # replies are owed by this number: it must never come again after old updates went
)

digests = sa.Table(
    "digests",
    metadata,
    _id(),
    _ref("consultation_id", "consultations.id"),
    sa.Column("occasion", sa.String(64), nullable=False),
    sa.Column("figures", Json, nullable=False),
    sa.Column("made_at", Instant, nullable=False),
    sa.UniqueConstraint("consultation_id", "occasion"),
)

media_counts = sa.Table(
    "media_counts",
    metadata,
    _ref("consultation_id", "consultations.id"),
    sa.Column("media", sa.String(16), nullable=False),
    sa.Column("n", sa.Integer, nullable=False),
    sa.PrimaryKeyConstraint("consultation_id", "media"),
)

erasures = sa.Table(
    "erasures",
    metadata,
    sa.Column("hash", sa.String(64), primary_key=True),
    sa.Column("erased_at", Instant, primary_key=True),
)

arrivals = sa.Table(
    "arrivals",
    metadata,
    _ref("source_id", "sources.id"),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("n", sa.Integer, nullable=False),
    sa.PrimaryKeyConstraint("source_id", "day"),
)

web_messages = sa.Table(
    "web_messages",
    metadata,
    _ref("account_id", "accounts.id"),
    sa.Column("chat", sa.String(64), nullable=False),
    sa.Column("seq", sa.BigInteger, nullable=False, autoincrement=False),
    sa.Column("direction", sa.String(8), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("buttons", Json, nullable=False),
    sa.Column("reference", sa.String(64)),
    sa.Column("at", Instant, nullable=False),
    sa.PrimaryKeyConstraint("account_id", "chat", "seq"),
    sa.UniqueConstraint("account_id", "chat", "reference"),
    sa.Index(None, "at"),
    sa.CheckConstraint("direction IN ('in', 'out')", name="direction_known"),
)

staff_members = sa.Table(
    "staff_members",
    metadata,
    _id(),
    _ref("partner_id", "partners.id"),
    sa.Column("name", sa.String(80), nullable=False),
    sa.Column("email", sa.String(254)),
    sa.Column("role", sa.String(16), nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("removed_at", Instant),
    sa.UniqueConstraint("partner_id", "email"),
    _one_of("role", Role),
)

sign_in_links = sa.Table(
    "sign_in_links",
    metadata,
    sa.Column("hash", sa.String(64), primary_key=True),
    _ref("member_id", "staff_members.id"),
    sa.Column("made_at", Instant, nullable=False),
    sa.Column("expires_at", Instant, nullable=False),
    sa.Column("used_at", Instant),
    sa.Index(None, "member_id"),
    sa.Index(None, "expires_at"),
)

staff_sessions = sa.Table(
    "staff_sessions",
    metadata,
    sa.Column("hash", sa.String(64), primary_key=True),
    _ref("member_id", "staff_members.id"),
    sa.Column("made_at", Instant, nullable=False),
    sa.Column("last_seen_at", Instant, nullable=False),
    sa.Column("expires_at", Instant, nullable=False),
    sa.Index(None, "member_id"),
    sa.Index(None, "expires_at"),
)

follow_ups = sa.Table(
    "follow_ups",
    metadata,
    _id(),
    _ref("consultation_id", "consultations.id"),
    sa.Column("topic", sa.String(64), nullable=False),
    sa.Column("progress", sa.String(16), nullable=False),
    sa.Column("text", Json, nullable=False),
    sa.Column("service", Json, nullable=False),
    sa.Column("decided_on", sa.Date, nullable=False),
    sa.Column("author", sa.String(80), nullable=False),
    sa.Column("made_at", Instant, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("publish_at", Instant),
    sa.Column("published_at", Instant),
    sa.Column("people", sa.Integer, nullable=False),
    sa.Column("cursor", sa.String(64), nullable=False),
    sa.Column("asked_up_to", sa.String(64)),
    sa.Index(None, "consultation_id", "published_at"),
    sa.Index(None, "state", "publish_at"),
    _one_of("progress", Progress),
    _one_of("state", Publication),
)

follow_up_contributions = sa.Table(
    "follow_up_contributions",
    metadata,
    _ref("follow_up_id", "follow_ups.id"),
    _ref("contribution_id", "contributions.id"),
    sa.PrimaryKeyConstraint("follow_up_id", "contribution_id"),
    sa.Index(None, "contribution_id"),
)

attendance = sa.Table(
    "attendance",
    metadata,
    _ref("consultation_id", "consultations.id"),
    sa.Column("question_id", sa.String(16), nullable=False),
    sa.Column("came", sa.Integer, nullable=False),
    sa.Column("noted_at", Instant, nullable=False),
    sa.PrimaryKeyConstraint("consultation_id", "question_id"),
)

proposals = sa.Table(
    "proposals",
    metadata,
    _ref("consultation_id", "consultations.id"),
    sa.Column("number", sa.Integer, nullable=False, autoincrement=False),
    sa.Column("label", Json, nullable=False),
    sa.Column("made_at", Instant, nullable=False),
    sa.Column("treated_on", sa.Date),
    sa.PrimaryKeyConstraint("consultation_id", "number"),
)

proposal_contributions = sa.Table(
    "proposal_contributions",
    metadata,
    sa.Column("contribution_id", sa.ForeignKey("contributions.id", ondelete="CASCADE"), primary_key=True),
    _ref("consultation_id", "consultations.id"),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Index(None, "consultation_id", "number"),
)

charges = sa.Table(
    "charges",
    metadata,
    _ref("consultation_id", "consultations.id"),
    sa.Column("subject", sa.String(80), nullable=False),
    sa.Column("by", sa.String(64), nullable=False),
    sa.Column("name", sa.String(80), nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.PrimaryKeyConstraint("consultation_id", "subject"),
)

audit = sa.Table(
    "audit",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("partner", sa.String(64), nullable=False),
    sa.Column("actor", sa.String(80), nullable=False),
    sa.Column("act", sa.String(32), nullable=False),
    sa.Column("subject", sa.String(64), nullable=False),
    sa.Column("before", sa.String(64), nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
)
