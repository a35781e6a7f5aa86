"""Story 1 of MISSION.md through plain forms: no script, no cookie, nothing but pages and buttons."""

from datetime import timedelta

from core.model.follow_ups import Progress
from core.model.ids import ConsultationId
from core.model.satisfaction import Satisfied
from core.work.follow_up import Answered, draft, publish
from tests.integration.web.site import Site

POOL = ConsultationId("piscine")


async def test_the_swimming_pool(site: Site) -> None:
    async with site.visitor() as anna:
        said = await anna.opens("/p/affiche-piscine")
        assert "Ville de Valbrune" in said
        assert "La piscine rouvre en 2027. Les travaux sont décidés. Les horaires, non" in said
        assert "Le conseil municipal décide le 12 mars. Nous publions la réponse avant le 30 mars." in said
        assert "Le service des sports lit vos réponses, sans votre nom." in said
        assert "À l'accueil de la piscine" in said
        said = await anna.presses("Répondre ici")
        assert "N'écrivez aucun nom." in said
        said = await anna.presses("J'ai 15 ans ou plus et j'accepte")
        assert "1/3 Vous venez à la piscine…" in said
        said = await anna.presses("Parfois")
        assert "2/3 Qu'est-ce qui vous ferait venir plus souvent ?" in said
        await anna.says("ouvrir plus tard le soir")
        said = await anna.says("et le dimanche aussi, mon fils travaille")
        assert "3/3" not in said, "she may still be writing"
        await site.silence()
        said = await anna.waits()
        assert "C'est noté. 3/3 Votre quartier ?" in said
        said = await anna.presses("Centre")
        assert "Merci, c'est fini !" in said
        said = await anna.presses("Oui")
        assert "D'accord : un message avant le 30 mars, rien d'autre." in said
        assert not anna.client.cookies
        await site.read_by_the_tagger()
        async with site.storage.unit() as unit:
            given = Answered(Progress.KEPT, {"fr": "La piscine ferme à 21 h."}, "Horaires")
            made = await draft(unit, POOL, given, "terminal", site.house.chance, now=site.clock.now())
            await publish(unit, made.id, None, now=site.clock.now())
        assert await site.house.telling.tell_due() == 1
        await anna.hears("La piscine ferme à 21 h.")
        site.clock.forward(timedelta(days=3))
        assert await site.house.asking.ask_due() == 1
        await anna.hears("Est-ce que cela vous répond ?")
        assert "Merci, c'est noté." in await anna.presses("En partie")
        assert "Le service des sports le lira" in await anna.says("et le matin ?")
    async with site.storage.reading() as unit:
        assert await unit.satisfactions.counts(POOL) == {("horaires", Satisfied.PARTLY): 1}
        (contribution,) = [each for each in await unit.contributions.page(POOL) if not each.redirected]
        assert await unit.web.arrivals(ConsultationId("piscine")) == {"affiche-piscine": 1}
    assert contribution.text == "ouvrir plus tard le soir\net le dimanche aussi, mon fils travaille"
