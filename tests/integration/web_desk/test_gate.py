"""The gate: a link lets in once, a session is its owner's alone, and nobody gets further than their role."""

from tests.integration.web_desk.office import Office


async def test_a_link_leads_to_a_button_and_the_button_to_the_overview(office: Office) -> None:
    browser = await office.comes()
    page = await browser.get("/desk", follow_redirects=True)
    assert page.status_code == 200
    assert page.url.path == "/desk/piscine"
    assert "Claire Petit" in page.text
