"""`posts` of a consultation file: where, when, under which source; and what is said of those that cannot be."""

from datetime import datetime, time, timedelta
from pathlib import Path

import pytest

from config.consultation_files import parse_consultation
from core.model.consultations import Consultation, Moment, Post
from core.model.errors import FileError
from core.rules.commitments import check
from core.rules.preview import preview
from tests.builders import NOW

SAMPLE = (Path(__file__).parents[3] / "config" / "examples" / "piscine.yaml").read_text(encoding="utf-8")


def parsed(posts: str) -> Consultation:
    return parse_consultation(f"{SAMPLE}\nposts:\n{posts}", name="piscine.yaml", language="en")


def test_a_group_without_a_source_is_one_of_its_own() -> None:
    asked = parsed(
        """  - in: '@valbrune'
    when: {after: 2 days, from: start, at: '18:00'}
  - {in: '-1001234567890', id: gare, when: 10 décembre 2026 18:00, source: affiche-gare, text: {fr: Venez, en: Come}}
"""
    )
    two_days = Moment(after=timedelta(days=2), at_time=time(18))
    december = Moment(at=datetime.fromisoformat("2026-12-10 18:00"))
    assert asked.posts == (
        Post("valbrune", "@valbrune", two_days, "valbrune-piscine"),
        Post("gare", "-1001234567890", december, "affiche-gare", {"fr": "Venez", "en": "Come"}),
    )
    assert asked.sources["valbrune-piscine"]["fr"] == "@valbrune"
    shown = [each for each in preview(asked, "fr") if each.heading.key == "preview.post"]
    assert [each.heading.params["room"] for each in shown] == ["@valbrune", "-1001234567890"]
    assert not [each for each in preview(asked, "en") if each.heading.key == "preview.post"], "one language"


@pytest.mark.parametrize(
    ("post", "said"),
    [
        ("{in: Martin, when: start}", "no Telegram group"),
        ("{in: '5550001', when: start}", "no Telegram group"),
        ("{in: '@valbrune', when: arrival}", "everybody at once"),
        ("{in: '@valbrune', when: start, source: nowhere}", "none of the file's sources"),
        ("{in: '@valbrune', when: start, id: Not An Id}", "Not An Id"),
    ],
)
def test_what_is_no_post_is_said_with_its_line(post: str, said: str) -> None:
    with pytest.raises(FileError) as raised:
        parsed(f"  - {post}\n")
    assert said in str(raised.value)


@pytest.mark.parametrize(
    ("when", "key"),
    [
        ("10 mai 2027 18:00", "check.post_never_leaves"),
        ("{after: 2 days, from: start, at: '23:00'}", "check.post_in_quiet"),
    ],
)
def test_the_check_judges_its_moment(when: str, key: str) -> None:
    asked = parsed(f"  - {{in: '@valbrune', when: {when}}}\n")
    assert key in [each.key for each in check(asked, now=NOW, plain_words={})]
