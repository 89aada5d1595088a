"""What every request must satisfy, and every response must say."""

import pytest

from ivr.console.security import LARGEST_BODY, same_origin
from tests.console_site import Site

pytestmark = pytest.mark.console


@pytest.mark.parametrize(
    ("headers", "ours"),
    [
        ({"sec-fetch-site": "same-origin", "host": "a"}, True),
        ({"sec-fetch-site": "same-site", "host": "a"}, False),
        ({"sec-fetch-site": "cross-site", "origin": "http://a", "host": "a"}, False),
        ({"sec-fetch-site": "none", "host": "a"}, False),
        ({"origin": "http://a:8080", "host": "a:8080"}, True),
        ({"origin": "http://a:8081", "host": "a:8080"}, False),
        ({"origin": "null", "host": "a"}, False),
        ({"host": "a"}, False),
    ],
)
def test_only_our_own_pages_may_send(headers: dict[str, str], ours: bool) -> None:
    """Another site's page, a sandboxed one and a request that does not say are refused."""
    assert same_origin(headers) is ours


@pytest.mark.parametrize("path", ["/connexion", "/deconnexion", "/inscription/x", "/theme"])
async def test_a_form_of_another_site_changes_nothing(console: Site, path: str) -> None:
    """Every form is refused when another site sends it."""
    response = await console.browser().post(path, headers={"Sec-Fetch-Site": "cross-site"})
    assert response.status_code == 403


@pytest.mark.parametrize("path", ["/connexion", "/static/console.css", "/nowhere"])
async def test_every_response_is_strict(console: Site, path: str) -> None:
    """No response goes without its policy; it forbids inline scripts, styles and other sites."""
    headers = (await console.browser().get(path)).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"]


async def test_other_host_names_are_refused(console: Site) -> None:
    """A name that resolves to us but is not ours (DNS rebinding) gets no page."""
    response = await console.browser().get("/connexion", headers={"Host": "evil.example"})
    assert response.status_code == 421


async def test_bodies_are_bounded(console: Site) -> None:
    """A body too large, or of unknown size, is refused before it is read."""
    browser = console.browser()
    large = {"Content-Length": str(LARGEST_BODY + 1)}
    assert (await browser.post("/connexion", content=b"", headers=large)).status_code == 413

    async def endless() -> object:
        yield b"x"

    assert (await browser.post("/connexion", content=endless())).status_code == 411
