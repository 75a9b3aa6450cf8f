"""What only the eye of somebody reading a template needs is taken out of a page."""

import re

_SPACE = re.compile("[ \n\r\t]+")  # not the space that keeps a French colon with its word
_QUOTED_OR_SPACE = re.compile("""("[^"]*"|'[^']*')|[ \n\r\t]+""")
_PARTS = re.compile(
    r"(?P<verbatim><(?P<name>textarea|pre|script|style)\b.*?</(?P=name)>)|(?P<tag><[^>]*>)|[^<]+",
    re.DOTALL,
)


def without_indentation(html: str) -> str:
    """The same page with one space for each run of spaces and line ends.

    Nothing is shown otherwise, and nothing that was typed changes: what stands in quotes or in a
    text field stays as it is.
    """
    return _PARTS.sub(_on_one_line, html)


def _on_one_line(part: re.Match) -> str:
    if part["verbatim"]:
        return part[0]
    if part["tag"]:
        return _QUOTED_OR_SPACE.sub(lambda found: found[1] or " ", part[0])
    return _SPACE.sub(" ", part[0])
