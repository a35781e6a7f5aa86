"""The table of parts: a new one is one module and one line here."""

from collections.abc import Mapping

from tests.bench.pacing import halt, hidden, one_chat
from tests.bench.parts import Part, Target
from tests.bench.web import part as web

PARTS: Mapping[str, Part] = {
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
    "web": Part(
        "the pages: weight, speed, 300 people at once",
        web.measure,
        {"results_rps_vs_static": Target(least=0.5), "page_weight_kb": Target(most=150)},
    ),
}
