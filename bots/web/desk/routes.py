"""All routes of the organisers' pages, put together from functions that return routes.

A page is a module with `def …_routes(parts: WebParts, pages: Pages, gate: Gate) -> list[Route]`, named here. Its
template extends `desk/base.html`; `gate.page` fills the frame.
"""

from starlette.routing import Route

from bots.web.desk.acts import acts_routes
from bots.web.desk.consultation import consultation_routes
from bots.web.desk.contributions import contributions_routes
from bots.web.desk.deliveries import deliveries_routes
from bots.web.desk.follow_ups import follow_ups_routes
from bots.web.desk.gate import Gate
from bots.web.desk.kit import kit_routes
from bots.web.desk.meetings import meetings_routes
from bots.web.desk.overview import overview_routes
from bots.web.desk.report import report_routes
from bots.web.desk.sign_in import sign_in_routes
from bots.web.desk.staff import staff_routes
from bots.web.desk.themes import themes_routes
from bots.web.desk.topic import topic_routes
from bots.web.desk.topics import topics_routes
from bots.web.pages import Pages
from bots.web.parts import WebParts


def desk_routes(parts: WebParts, pages: Pages) -> list[Route]:
    gate = Gate(parts, pages)
    routes = [
        *sign_in_routes(parts, pages, gate),
        *staff_routes(parts, pages, gate),
        *overview_routes(parts, pages, gate),
        *acts_routes(parts, pages, gate),
        *contributions_routes(parts, pages, gate),
        *topics_routes(parts, pages, gate),
        *topic_routes(parts, pages, gate),
        *themes_routes(parts, pages, gate),
        *meetings_routes(parts, gate),
        *follow_ups_routes(parts, pages, gate),
        *deliveries_routes(parts, pages, gate),
        *consultation_routes(parts, pages, gate),
        *kit_routes(parts, pages, gate),
        *report_routes(parts, pages, gate),
    ]
    gate.knows(routes)
    return routes
