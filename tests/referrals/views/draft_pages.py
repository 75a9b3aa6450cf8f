"""Reading the pages of a draft as a browser does, and a row to add to it."""

import re
from html.parser import HTMLParser

from referrals.models import PolicyDraft
from referrals.workflow.drafting import mapping_of

NEW = {
    "id": "C_LABOUR_CIVIL",
    "when": {"fact": "concerns", "includes": "child_labour"},
    "recipients": [{"role": "CIVIL_AFFAIRS", "kind": "info", "gate": "none", "redaction": "RD2"}],
    "reason": "Works with the labour authorities.",
    "source": ["D after a year of reports"],
}
TYPED = {
    "id": "C_LABOUR_CIVIL",
    "when.fact": "concerns",
    "when.how": "includes",
    "when.values": ["child_labour"],
    "recipients.0.role": "CIVIL_AFFAIRS",
    "recipients.0.kind": "info",
    "recipients.0.gate": "none",
    "recipients.0.redaction": "RD2",
    "reason": "Works with the labour authorities.",
    "source.0.key": "D",
    "source.0.place": "after a year of reports",
}


def stored(draft):
    return mapping_of(PolicyDraft.objects.get(pk=draft.pk))


class Fields(HTMLParser):
    """What a browser would send of the form on a page, without pressing a button."""

    def __init__(self, page):
        super().__init__()
        self.sent, self._select, self._area = {}, None, None
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        name, value = attrs.get("name"), attrs.get("value") or ""
        if tag == "select":
            self._select = name
        elif tag == "option":
            first = self._select not in self.sent
            if "selected" in attrs or first:
                self.sent[self._select] = [value]
        elif tag == "textarea":
            self._area = name
            self.sent[name] = [""]
        elif tag == "input" and name != "csrfmiddlewaretoken":
            self._send(name, value, attrs)

    def _send(self, name, value, attrs):
        kind = attrs.get("type")
        if kind == "checkbox":
            if "checked" in attrs:
                self.sent.setdefault(name, []).append(attrs.get("value", "on"))
        elif kind != "file":
            self.sent[name] = [value]

    def handle_data(self, data):
        if self._area:
            self.sent[self._area][0] += data.removeprefix("\n")

    def handle_endtag(self, tag):
        if tag == "textarea":
            self._area = None


def fields_of(answer):
    return Fields(answer.content.decode()).sent


def text_of(answer):
    """The words of a page, without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", answer.content.decode()))
