"""The table of parts: a new one is one module and one line here."""

from collections.abc import Mapping

from tests.bench.desk import million
from tests.bench.inbound import part as inbound
from tests.bench.pacing import halt, hidden, one_chat
from tests.bench.parts import Part, Target
from tests.bench.sending import backlog, followups, free, paid, plan, reply
from tests.bench.staff import part as staff
from tests.bench.web import part as web
from tests.replay import kills

PARTS: Mapping[str, Part] = {
    "free": Part(
        "a broadcast at the known limit, over HTTP and SQLite",
        free.measure,
        {
            "free_vs_cap": Target(least=0.985),
            "free_refused": Target(most=0),
            "free_max_in_window": Target(most=30),
        },
    ),
    "reply": Part(
        "replies while a broadcast runs at the known limit",
        reply.measure,
        {
            "reply_p99_ms_during_broadcast": Target(most=100),
            "reply_p99_ms_during_paid_broadcast": Target(most=50),
        },
    ),
    "paid": Part(
        "a paid broadcast, a thousand messages a second, over HTTP and SQLite",
        paid.measure,
        {
            "paid_rate": Target(least=0.995),
            "paid_refused": Target(most=0),
            "paid_cpu": Target(most=0.8),
            "paid_cpu_vs_aiohttp": Target(most=2.0, of_ratio=True),
        },
    ),
    "plan": Part(
        "a step that falls due for very many people",
        plan.measure,
        {
            "plan_100k_s": Target(most=8, many=100_000),
            "plan_1m_peak_mb": Target(most=1.2, of_ratio=True, many=1_000_000),
        },
    ),
    "followups": Part(
        "a topic that very many people spoke of is answered",
        followups.measure,
        {
            "followup_100k_s": Target(most=10, many=100_000),
            "followup_wait_p99_ms": Target(most=100, many=100_000),
            "reply_p99_ms_followup": Target(most=100, many=100_000),
        },
    ),
    "ack": Part(
        "staff ask in Slack while a batch is tagged and a broadcast runs",
        staff.measure,
        {"ack_p99_ms": Target(most=3_000)},
    ),
    "million": Part(
        "a step for a few of very many people, and a digest of what very many said",
        million.measure,
        {
            "digest_1m_s": Target(most=1, many=1_000_000),
            "digest_1m_growth": Target(most=1.5, of_ratio=True, many=1_000_000),
        },
    ),
    "backlog": Part(
        "very many people and messages in the tables",
        backlog.measure,
        {
            "claim_us_per_row_1m_vs_100k": Target(most=1.5, of_ratio=True, many=1_000_000),
            "lag_1m_backlog": Target(most=1.2, of_ratio=True, many=1_000_000),
            "reply_p99_ms_planning_1m": Target(most=100, many=1_000_000),
        },
    ),
    "inbound": Part(
        "many people write at the same time, by webhook",
        inbound.measure,
        {
            "inbound_per_s": Target(least=2_000),
            "inbound_p99_ms": Target(most=50),
            "inbound_vs_ptb": Target(least=3),
            "commits_per_contribution": Target(most=0.125),
        },
    ),
    "hidden": Part(
        "a limit that nobody says and that changes, on a virtual clock",
        hidden.measure,
        {
            "hidden_limit_vs_best": Target(least=0.95),
            "hidden_limit_refusals": Target(most=1, of_ratio=True),
        },
    ),
    "halt": Part(
        "how soon all is as before once a halt is over, on a virtual clock",
        halt.measure,
        {"after_halt_recovery_s": Target(most=2)},
    ),
    "one_chat": Part(
        "one chat is asked to wait: do the others?, on a virtual clock",
        one_chat.measure,
        {"one_chat_halted_others_p99": Target(most=1.1, of_ratio=True)},
    ),
    "kill": Part(
        "the program is killed under load: what is lost, repeated, left uncertain",
        kills.measure,
        {
            "kill_lost_in": Target(most=0),
            "kill_lost_out": Target(most=0),
            "kill_doubled_pushes": Target(most=0),
            "kill_uncertain_per_kill": Target(most=1.15, of_ratio=True),
            "kill_repeated_replies_per_kill": Target(most=1.15, of_ratio=True),
            "kill_disagreements": Target(most=0),
        },
    ),
    "web": Part(
        "the pages: weight, speed, 300 people at once",
        web.measure,
        {"results_rps_vs_static": Target(least=0.5), "page_weight_kb": Target(most=150)},
    ),
}
