"""The portal's words in its other languages: found in the source, kept in `portal/locale`.

    .venv/bin/python -m scripts.catalogs

brings the catalogs in step with the source: new texts are added empty, unused ones dropped, and
the rest compiled. Translate `portal/locale/*/LC_MESSAGES/django.po`, then run it again.

Babel reads Python as it is; a template is first turned by Django into the calls it stands for.
Unlike `makemessages` this needs no program beside Python, so the tests can hold every language
complete wherever they run.
"""

from __future__ import annotations

import ast
import io
import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import django
import yaml
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
LOCALE = ROOT / "portal" / "locale"
ROOMS = ("actors", "referrals", "portal")
POLICY = Path("referrals") / "policies" / "standard.yaml"

# Babel's notation: which arguments of a call are texts; the one with "c" is the context.
KEYWORDS = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop"), None),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}
# Dates in a catalog would change it without its texts.
_NO_DATE = datetime(2026, 1, 1, tzinfo=UTC)
_CALL = re.compile(
    r"""n?p?gettext\((?:[^()"']|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')*\)""", re.DOTALL
)


def languages() -> list[str]:
    """Codes of the languages that need a catalog: all but the one the source is written in."""
    return [code for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE]


def source_texts(root: Path = ROOT) -> Catalog:
    """Every text to be translated, with the files it stands in. No line numbers: they change
    with every commit, and a catalog should change only with its texts.
    """
    found = Catalog(charset="utf-8")
    for path, message, context in _messages(root):
        found.add(message, context=context, locations=[(str(path.relative_to(root)), None)])
    return found


def stored_catalog(language: str) -> Catalog:
    """The translations kept for a language; empty for a new one."""
    path = _folder(language) / "django.po"
    if not path.exists():
        return Catalog(locale=language, charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale=language, charset="utf-8")


def renewed(language: str) -> Catalog:
    """The stored translations beside the texts of today: new ones empty, unused ones gone."""
    catalog = stored_catalog(language)
    catalog.update(source_texts(), no_fuzzy_matching=True)
    catalog.obsolete.clear()
    catalog.creation_date = catalog.revision_date = _NO_DATE
    catalog.header_comment = f"# The portal's words in {language}: see scripts/catalogs.py."
    return catalog


def compiled(catalog: Catalog) -> bytes:
    """What gettext reads at run time."""
    file = io.BytesIO()
    write_mo(file, catalog)
    return file.getvalue()


def store(catalog: Catalog) -> None:
    """Write both files of a language."""
    folder = _folder(str(catalog.locale))
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "django.po").open("wb") as file:
        write_po(file, catalog, width=100, sort_output=True, omit_header=False)
    (folder / "django.mo").write_bytes(compiled(catalog))


def _folder(language: str) -> Path:
    return LOCALE / language / "LC_MESSAGES"


def _messages(root: Path) -> Iterator[tuple[Path, str | tuple[str, str], str | None]]:
    """(file, text or singular and plural, context), in the order of the files."""
    for room in ROOMS:
        for path in sorted((root / room).rglob("*.py")):
            if "migrations" not in path.parts:
                yield from _in_code(path, path.read_bytes())
    for path in sorted((root / "templates").rglob("*.*")):
        calls = _CALL.findall(templatize(path.read_text(encoding="utf-8"), origin=str(path)))
        yield from _in_code(path, "\n".join(_one_line(call) for call in calls).encode())
    policy = root / POLICY
    for text in _policy_texts(yaml.safe_load(policy.read_text(encoding="utf-8"))):
        yield policy, text, None


def _in_code(path: Path, source: bytes) -> Iterator[tuple[Path, object, str | None]]:
    for _line, message, _comments, context in extract(
        "python", io.BytesIO(source), KEYWORDS, options={"encoding": "utf-8"}
    ):
        yield path, message, context


def _one_line(call: str) -> str:
    """The call as Python writes it; what Django makes of a template may break off mid-line."""
    return ast.unparse(ast.parse(call.replace("\n", " "), mode="eval"))


def _policy_texts(part: object, key: str = "") -> Iterator[str]:
    """What the policy says to people: labels, reasons and words for the officer."""
    if isinstance(part, dict):
        for name, value in part.items():
            yield from _policy_texts(value, key if key == "members" else name)
    elif isinstance(part, list):
        for value in part:
            yield from _policy_texts(value, key)
    elif isinstance(part, str) and key in {"reason", "officer_text", "label", "text"}:
        yield part


def untranslated(catalog: Catalog, source: Catalog) -> list[str]:
    """What the source says and the catalog does not, or not in every form: "file: text"."""
    return [
        f"{message.locations[0][0]}: {singular(message)}"
        for message in source
        if message.id and not _is_translated(catalog.get(singular(message), message.context))
    ]


def singular(message: Message) -> str:
    """The text as the source writes it; of a text that counts, the form for one."""
    return message.id if isinstance(message.id, str) else message.id[0]


def forms(message: Message) -> tuple[str, ...]:
    """The translation: one text, or one for each form of a text that counts."""
    said = message.string or ""
    return (said,) if isinstance(said, str) else tuple(said)


def _is_translated(message: Message | None) -> bool:
    return message is not None and all(forms(message)) and not message.fuzzy


def main() -> None:
    """Renew and store every catalog, and say what is still to be translated."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    django.setup()
    for language in languages():
        catalog = renewed(language)
        store(catalog)
        missing = len(untranslated(catalog, catalog))
        print(f"{language}: {len(catalog)} texts, {missing} to be translated")  # noqa: T201


if __name__ == "__main__":
    main()
