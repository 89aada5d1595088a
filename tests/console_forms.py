"""A question's form as a browser would send it, read from its page."""

import functools
from html.parser import HTMLParser
from typing import Any


class Fields(HTMLParser):
    """Everything that a page's form « answer » would send."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: dict[str, list[str]] = {}
        self._select = self._area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a control's value."""
        given = {key: value or "" for key, value in attrs}
        name = given.get("name", "")
        ours = given.get("form") == "answer" or name == "version"
        if tag == "select":
            self._select = name if ours else ""
        elif tag == "option" and self._select:
            first = self._select not in self._chosen
            if "selected" in given or first:
                self._choose(given.get("value", ""), again=not first)
        elif tag == "textarea" and ours:
            self._area = name
            self.sent.setdefault(name, []).append("")
        elif tag == "input" and ours and (given.get("type") != "checkbox" or "checked" in given):
            self.sent.setdefault(name, []).append(given.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        """A list or a text ends."""
        if tag == "select":
            self._chosen.discard(self._select)
            self._select = ""
        if tag == "textarea":
            self._area = ""

    def handle_data(self, data: str) -> None:
        """A text area holds its value."""
        if self._area:
            self.sent[self._area][-1] += data

    @functools.cached_property
    def _chosen(self) -> set[str]:
        return set()

    def _choose(self, value: str, *, again: bool) -> None:
        values = self.sent.setdefault(self._select, [])
        if again:
            values[-1] = value
        else:
            values.append(value)
        self._chosen.add(self._select)


def fields_of(page: str) -> dict[str, Any]:
    """What the form of *page* would send as it is."""
    parser = Fields()
    parser.feed(page)
    return dict(parser.sent)
