"""What every request must satisfy, and every response must say."""

import pytest

from ivr.console.accounts import Role
from ivr.console.security import (
    LARGEST_BODY,
    LARGEST_FORM,
    LARGEST_STRANGER,
    from_our_origin,
    same_origin,
)
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


@pytest.mark.parametrize("host", ["[", "[::1", "[x]:1", ""])
async def test_a_host_that_is_none_is_refused(console: Site, host: str) -> None:
    """No traceback: the answer says whose address this is not."""
    assert (await console.browser().get("/connexion", headers={"Host": host})).status_code == 421


async def test_an_origin_that_is_none_is_not_ours() -> None:
    """A broken ``Origin`` is another site's."""
    assert not from_our_origin({"origin": "http://[", "host": "a"})


async def test_two_lengths_are_refused(console: Site) -> None:
    """A proxy could read the one, and we the other (request smuggling)."""
    both = {"Content-Length": "5", "Transfer-Encoding": "chunked"}
    assert (await console.browser().post("/connexion", content=b"login", headers=both)).status_code == 400


async def test_a_stranger_sends_little(console: Site) -> None:
    """Before anybody has signed in, 64 KiB are enough; a supervisor's form may be as long as he writes."""
    body = {"text": "a" * LARGEST_STRANGER}
    assert (await console.browser().post("/connexion", data=body)).status_code == 413
    supervisor = await console.signed_in(Role.SUPERVISOR)
    assert (await supervisor.post("/phrases/fin.1", data=body)).status_code == 422
    assert (await supervisor.post("/phrases/fin.1", data={"text": "a" * LARGEST_FORM})).status_code == 413


async def test_a_body_longer_than_it_says_is_cut_off(console: Site) -> None:
    """Bytes are counted as they come, whatever the header says."""
    counted = {"Content-Length": "10", "Content-Type": "application/x-www-form-urlencoded"}
    response = await console.browser().post("/connexion", content=b"a=" + b"b" * 10**6, headers=counted)
    assert response.status_code == 413


async def test_bodies_are_bounded(console: Site) -> None:
    """A body too large, or of unknown size, is refused before it is read."""
    browser = console.browser()
    large = {"Content-Length": str(LARGEST_BODY + 1)}
    assert (await browser.post("/connexion", content=b"", headers=large)).status_code == 413

    async def endless() -> object:
        yield b"x"

    assert (await browser.post("/connexion", content=endless())).status_code == 411
