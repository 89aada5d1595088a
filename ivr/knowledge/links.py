"""The documents that answers mention: ``prompts/links.yaml``, overridden by the settings.

A document without an address is named, never offered.
"""

from collections.abc import Collection, Mapping
from pathlib import Path

from ivr.config import LinkSettings
from ivr.dialogue.ports import Link
from ivr.knowledge.document import Problems, Table, read_table
from ivr.knowledge.files.remedies import Code


def read_links(
    path: Path,
    problems: Problems,
    prompts: Collection[str],
    settings: Mapping[str, LinkSettings] | None = None,
) -> dict[str, Link]:
    """Read *path* and apply the *settings*; an address that is not known is empty."""
    table = read_table(path, problems)
    read = {key: each for key in table.names() if (each := table.table(key))}
    links = {key: _link(key, each, prompts) for key, each in read.items()}
    for key, override in (settings or {}).items():
        dictate = links[key].dictate if key in links and links[key].url == override.url else None
        links[key] = Link(key, override.title, override.url, dictate)
    return links


def _link(key: str, table: Table, prompts: Collection[str]) -> Link:
    link = Link(key, table.text("title"), table.maybe("url") or "", table.maybe("dictate"))
    if link.url and not link.url.startswith("https://"):
        table.complain("url", Code.NO_HTTPS())
    if link.dictate and link.dictate not in prompts:
        table.complain("dictate", Code.NO_PROMPT(prompt=link.dictate))
    table.finish()
    return link
