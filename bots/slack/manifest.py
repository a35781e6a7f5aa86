"""The manifest of the Slack app: what an owner of the workspace pastes at api.slack.com/apps to create it.

https://docs.slack.dev/reference/app-manifest
"""

from typing import Any

COMMAND = "/porte-voix"
EVENTS_PATH = "/slack/events"
SCOPES = (
    "channels:history",
    "channels:read",
    "chat:write",
    "commands",
    "files:read",
    "files:write",
    "groups:history",
    "groups:read",
    "im:history",
    "im:write",
    "usergroups:read",
    "users:read",
    "users:read.email",
)


def manifest(*, public_url: str = "", name: str = "Porte-voix") -> dict[str, Any]:
    """`public_url`: where Slack reaches us in http mode ("https://voix.example.org"); "" means Socket Mode."""
    url = public_url.rstrip("/") + EVENTS_PATH if public_url else ""
    command = {
        "command": COMMAND,
        "description": "Ce que disent les gens · What people say",
        "usage_hint": "digest | attente | statut | chercher … | thème … | export | note | rapport | campagne | aide",
        "should_escape": False,
    }
    return {
        "display_information": {
            "name": name,
            "description": "Ce que les gens répondent, en un coup d'œil · What people answer, at a glance",
            "background_color": "#1d3557",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": True,
            },
            "bot_user": {"display_name": name, "always_online": True},
            "slash_commands": [{**command, "url": url} if url else command],
        },
        "oauth_config": {"scopes": {"bot": list(SCOPES)}},
        "settings": {
            "event_subscriptions": {"bot_events": ["app_home_opened"], **({"request_url": url} if url else {})},
            "interactivity": {"is_enabled": True, **({"request_url": url} if url else {})},
            "org_deploy_enabled": False,
            "socket_mode_enabled": not url,
            "token_rotation_enabled": False,
        },
    }
