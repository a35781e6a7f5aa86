"""Our token goes to Slack's files alone, whatever address a payload names."""

import pytest

from bots.slack.given import _is_slack

SLACK, STAND_IN = "https://slack.com/api/", "http://127.0.0.1:8000/api/"


@pytest.mark.parametrize(
    ("url", "base", "ours"),
    [
        ("https://files.slack.com/files-pri/T1-F1/download/x.yaml", SLACK, True),
        ("http://files.slack.com/x", SLACK, False),
        ("https://files.slack.com.example.org/x", SLACK, False),
        ("https://files.slack.com@example.org/x", SLACK, False),
        ("https://files.slack.com:8443/x", SLACK, False),
        ("https://slack.com/x", SLACK, False),
        ("http://127.0.0.1:8000/files/F1", STAND_IN, True),
        ("http://127.0.0.1:8001/files/F1", STAND_IN, False),
        ("file:///etc/passwd", STAND_IN, False),
    ],
)
def test_only_slack_gets_the_token(url: str, base: str, ours: bool) -> None:
    assert _is_slack(url, base) is ours
