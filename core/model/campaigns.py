"""A campaign: how a consultation is carried. One per consultation.

draft ──▶ running ◀──▶ paused
            │  └────────┬──▶ stopped
            └───────────┴──▶ finished      (closing date passed and nothing is owed any more)
"""

from collections.abc import Mapping
from enum import StrEnum

from core.model.errors import NotAllowed


class CampaignState(StrEnum):
    DRAFT = "draft"
    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"
    FINISHED = "finished"


CAMPAIGN_MOVES: Mapping[CampaignState, frozenset[CampaignState]] = {
    CampaignState.DRAFT: frozenset({CampaignState.RUNNING}),
    CampaignState.RUNNING: frozenset({CampaignState.PAUSED, CampaignState.STOPPED, CampaignState.FINISHED}),
    CampaignState.PAUSED: frozenset({CampaignState.RUNNING, CampaignState.STOPPED, CampaignState.FINISHED}),
    CampaignState.STOPPED: frozenset(),
    CampaignState.FINISHED: frozenset(),
}


PARTIAL = "partial"


def called(state: CampaignState, *, unsent: int) -> str:
    """What a campaign is called. `unsent`: messages that failed or may not have arrived. A campaign that is over and
    has some is `partial`: not everybody was told, and the failed ones can be sent again."""
    return PARTIAL if state is CampaignState.FINISHED and unsent else state.value


def campaign_moved(state: CampaignState, to: CampaignState) -> CampaignState:
    """`to`, when the move is one that `CAMPAIGN_MOVES` knows; else `NotAllowed` with what to do."""
    if to not in CAMPAIGN_MOVES[state]:
        raise NotAllowed(f"this campaign is {state}: it cannot become {to}")
    return to
