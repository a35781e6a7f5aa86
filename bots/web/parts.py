"""What the pages get from main.py: the house, and what becomes known of the partner while the program runs."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from core.model.consultations import Consultation
from core.model.ids import AccountId, PartnerId
from core.rules.findings import Finding
from core.work.house import House
from core.work.ports import Clock
from core.work.staff.campaign_desk import CampaignDesk


@dataclass(frozen=True, slots=True)
class Drafting:
    """What is known of consultation files. `read`: a text (its language for mistakes: the second); raises `FileError`
    with a line for each. `check`: what is remarkable in it; `lines`: on which line each key stands.
    """

    read: Callable[[str, str], Consultation]
    check: Callable[[Consultation], Sequence[Finding]]
    lines: Callable[[str], Mapping[str, int]]


@dataclass(slots=True)
class WebParts:
    """`language`: spoken to whoever asks for none we know. `key`: the installation's secret, for form tokens.

    `partner`: whose pages these are, once a campaign was started. `account`: its web chat. `telegram`: the bot's
    username, once it answers. The pages ask at each request: what is not known yet is left out. `results`: a folder for
    the counts that were published last. `address`: the first part of the addresses that we hand out, "" where none is.
    `wall`: the clock that staff sign in by; None: the house's. They differ where a campaign is played in advance.
    `drafting`: for the page of the file. `campaigns`: for what the buttons about a campaign do.
    """

    house: House
    language: str
    key: bytes
    partner: PartnerId | None = None
    account: AccountId | None = None
    telegram: str = ""
    results: Path = Path("var") / "results"
    address: str = ""
    wall: Clock | None = None
    drafting: Drafting | None = None
    campaigns: CampaignDesk | None = None

    @property
    def secure(self) -> bool:
        """People come by https: cookies then go no other way."""
        return self.address.startswith("https:")
