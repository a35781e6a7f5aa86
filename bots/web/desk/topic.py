"""One topic: how many speak of it, their words, and contributions that stand for the others.

GET  /desk/CONSULTATION/topics/TOPIC   the phrases, and what may be quoted, with how many others said the same
"""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bots.web.desk.gate import DESK, Gate
from bots.web.forms import Refused
from bots.web.pages import Pages
from bots.web.parts import WebParts
from core.model.consultations import QuotePolicy
from core.rules.specs.course import topic_name
from core.work.digests.alike import MOST_READ, gist_of


def topic_routes(parts: WebParts, pages: Pages, gate: Gate) -> list[Route]:
    house = parts.house

    async def shown(request: Request) -> Response:
        visit = await gate.visit(request)
        topic = request.path_params["topic"]
        if not visit.consultation.knows(topic):
            raise Refused(404, "gone")
        return gate.page(
            request,
            visit,
            "desk/topic.html",
            active="topics",
            topic=topic,
            name=topic_name(visit.consultation, topic, pages.language(request)),
            gist=await gist_of(house.storage, house.surveyor, visit.consultation, topic),
            most=MOST_READ,
            reviewed_only=visit.consultation.digest.quotes is QuotePolicy.REVIEWED,
        )

    return [Route(f"{DESK}/{{consultation}}/topics/{{topic}}", shown, methods=["GET"])]
