"""Are the tokens of the Slack app right, and has it every permission? Nothing is posted."""

from collections.abc import Sequence

from bots.slack.client import open_session, web_client
from bots.slack.tokens import Mode, check_settings, introduce, lacks, try_app_token
from core.model.errors import ChannelError
from core.work.doctor import Finding, good, look, said


async def findings(
    *, bot_token: str, app_token: str, signing_secret: str, mode: Mode, api_base_url: str
) -> Sequence[Finding]:
    try:
        check_settings(bot_token, app_token, signing_secret, mode)
        async with open_session() as session:
            client = web_client(session, bot_token, api_base_url)
            who = await introduce(client)
            if mode == "socket":
                await try_app_token(client, app_token)
    except ChannelError as error:
        return [said("slack", error)]
    found = [good("slack", "doctor.slack.good", team=who.team_id or "")]
    if missing := lacks(who):
        found.append(look("slack", "doctor.slack.lacks", scopes=", ".join(missing)))
    return found
