"""The console behind Debian's nginx, set up by ``contrib/nginx/ivr.conf``."""

import asyncio
import dataclasses
import shutil
import socket
import ssl
import subprocess
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa
import trustme

from ivr.config import ConsoleSettings
from ivr.console.accounts import Role
from ivr.console.web import create_app
from ivr.http_server import HttpServer
from ivr.store.schema import sign_ins
from tests.console.sounds import a_wav
from tests.console_site import PASSWORD, Site, site

pytestmark = pytest.mark.fleet

NAME = "ivr.example.org"
CONFIGURATION = Path(__file__).parents[2] / "contrib" / "nginx" / "ivr.conf"
ELSEWHERE = "127.0.0.3"
"""Where the browser is: another address of this machine than the proxy's."""
FRAME = """
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
user root;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/ivr.conf;
}}
"""


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


@contextmanager
def nginx(folder: Path, console: str, authority: trustme.CA) -> Iterator[tuple[int, int]]:
    """Run it with our configuration, but for ports and certificate; yield those of HTTP and HTTPS."""
    certificate = authority.issue_cert(NAME)
    certificate.private_key_and_cert_chain_pem.write_to_path(folder / "both.pem")
    plain, secure = free_port(), free_port()
    text = CONFIGURATION.read_text(encoding="utf-8")
    for ours, here in {
        "listen 80;": f"listen 127.0.0.1:{plain};",
        "listen 443 ssl;": f"listen 127.0.0.1:{secure} ssl;",
        f"/etc/ssl/certs/{NAME}.pem": f"{folder}/both.pem",
        f"/etc/ssl/private/{NAME}.key": f"{folder}/both.pem",
        "http://127.0.0.1:8080": f"http://{console}",
    }.items():
        assert text.count(ours) == 1, ours
        text = text.replace(ours, here)
    (folder / "ivr.conf").write_text(text, encoding="utf-8")
    (folder / "nginx.conf").write_text(FRAME.format(folder=folder), encoding="utf-8")
    program = shutil.which("nginx", path="/usr/sbin:/usr/bin")
    assert program, "install the Debian package nginx"
    command = [program, "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log"), "-p", str(folder)]
    tried = subprocess.run([*command, "-t"], capture_output=True, text=True, timeout=30)
    assert tried.returncode == 0, tried.stderr
    process = subprocess.Popen(command)
    try:
        yield plain, secure
    finally:
        process.terminate()
        process.wait(20)


@asynccontextmanager
async def behind_nginx(console: Site, folder: Path) -> AsyncIterator[tuple[httpx.AsyncClient, int]]:
    """Serve *console* as the file says; yield a browser far away, and the port of plain HTTP."""
    told = ConsoleSettings.model_validate({"port": 0, "hosts": [NAME], "proxies": ["127.0.0.1"]})
    settings = console.parts.settings.model_copy(update={"console": told})
    server = HttpServer(told, create_app(dataclasses.replace(console.parts, settings=settings)))
    await server.start()
    authority = trustme.CA()
    context = ssl.create_default_context()
    authority.configure_trust(context)
    try:
        with nginx(folder, server.address, authority) as (plain, secure):
            await listening(secure)
            transport = httpx.AsyncHTTPTransport(verify=context, local_address=ELSEWHERE)
            address = httpx.URL(f"https://127.0.0.1:{secure}")
            headers = {"Host": NAME, "Origin": f"https://{NAME}", "Sec-Fetch-Site": "same-origin"}
            async with httpx.AsyncClient(
                transport=_Named(transport), base_url=address, headers=headers
            ) as browser:
                yield browser, plain
    finally:
        await server.aclose()


class _Named(httpx.AsyncBaseTransport):
    """Speaks TLS to our name, which no resolver knows."""

    def __init__(self, inner: httpx.AsyncHTTPTransport) -> None:
        self._inner = inner

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        request.extensions = {**request.extensions, "sni_hostname": NAME}
        return await self._inner.handle_async_request(request)

    async def aclose(self) -> None:
        await self._inner.aclose()


async def listening(port: int) -> None:
    async with asyncio.timeout(20):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.05)
            else:
                writer.close()
                return


@pytest.fixture
async def console(tmp_path: Path) -> AsyncIterator[Site]:
    async with site(tmp_path / "site", ThreadPoolExecutor(1)) as opened:
        yield opened


async def test_the_console_works_behind_nginx(console: Site, tmp_path: Path) -> None:
    """One browser, from the plain address to a recording: what the shipped file promises, in its order."""
    token = await console.parts.accounts.invite(Role.SUPERVISOR)
    await console.parts.accounts.sign_up(token, "lea", "Léa", PASSWORD)
    async with behind_nginx(console, tmp_path) as (browser, plain):
        async with httpx.AsyncClient() as without:
            moved = await without.get(f"http://127.0.0.1:{plain}/connexion?a=1", headers={"Host": NAME})
        assert (moved.status_code, moved.headers["location"]) == (301, f"https://{NAME}/connexion?a=1")

        lie = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "http"}
        wrong = await browser.post("/connexion", data={"login": "lea", "password": "wrong"}, headers=lie)
        assert wrong.status_code == 401, wrong.text
        async with console.parts.database.reading() as connection:
            seen = (await connection.execute(sa.select(sign_ins.c.address))).scalars().all()
        assert seen == [ELSEWHERE]

        right = await browser.post("/connexion", data={"login": "lea", "password": PASSWORD}, headers=lie)
        assert right.status_code == 303, right.text
        cookie = right.headers["set-cookie"]
        assert "secure" in cookie.lower(), "the console must know that its browser speaks HTTPS"
        assert right.headers["strict-transport-security"]
        browser.headers["Cookie"] = cookie.partition(";")[0]

        async with asyncio.timeout(20), browser.stream("GET", "/direct") as stream:
            assert stream.headers["content-type"].startswith("text/event-stream")
            async for text in stream.aiter_text():
                assert text  # the first picture comes at once, and nothing waits for more of it
                break

        large = a_wav() + bytes(8 * 2**20)  # nginx itself would take one megabyte
        kept = await browser.post("/phrases/fin.1/enregistrement", files={"recording": ("v.wav", large)})
        assert kept.status_code in (303, 422), kept.text  # the console's own answer
        small = await browser.post("/phrases/fin.1/enregistrement", files={"recording": ("v.wav", a_wav())})
        assert small.status_code == 303
        too_much = await browser.post("/phrases/fin.1/enregistrement", content=bytes(35 * 2**20))
        assert too_much.status_code == 413

        upgrade = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13"}
        upgrade["Sec-WebSocket-Key"] = "dGhlIHNhbXBsZSBub25jZQ=="
        async with asyncio.timeout(20), browser.stream("GET", "/essayer/appel", headers=upgrade) as call:
            assert call.status_code == 101
