"""The portal's own words, and the codes they stand for, in every language it is written in.

Roles, kinds and concerns are codes in the database and words on the pages: whoever types
"doctor" or "CPFP" means a code.
"""

from __future__ import annotations

from functools import cache

from django.conf import settings
from django.conf.locale import LANG_INFO
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from rapidfuzz import fuzz, process

from actors.harms import HARMS
from actors.languages import LANGUAGES
from actors.models import BodyKind, DocumentKind, EntryKind, OrganizationKind, ServiceKind
from actors.roles import Role
from actors.search.plain import SMALL_WORDS, plain_words

# What people say for a kind of service besides its name.
ALSO_SAID = (
    ("service", ServiceKind.HEALTH, _("hospital clinic doctor nurse ambulance medicine")),
    ("service", ServiceKind.PSYCHOSOCIAL, _("counselling counsellor psychologist trauma")),
    ("service", ServiceKind.CASE_MANAGEMENT, _("caseworker social worker")),
    ("service", ServiceKind.SAFE_SHELTER, _("refuge safehouse accommodation")),
    ("service", ServiceKind.LEGAL, _("lawyer attorney court")),
    ("service", ServiceKind.FAMILY_TRACING, _("missing lost separated reunite")),
    ("service", ServiceKind.EDUCATION, _("school teacher")),
    ("service", ServiceKind.RELIEF_ITEMS, _("blankets clothes kits")),
    ("service", ServiceKind.REGISTRATION, _("birth certificate papers")),
    ("service", ServiceKind.FOOD, _("nutrition meals")),
)
ALIKE = 86
SHORTEST_FUZZY = 5
SHORTEST_PREFIX = 4


def codes_for(word: str) -> frozenset[str]:
    """The codes a plain word may stand for: it is in their label, begins a word of it, or is
    nearly one. Such as `=role:CPA`, as `SearchEntry.words` holds them.
    """
    known = _vocabulary()
    if word in known:
        return known[word]
    if len(word) >= SHORTEST_PREFIX:
        begun = [codes for label, codes in known.items() if label.startswith(word)]
        if begun:
            return frozenset().union(*begun)
    if len(word) >= SHORTEST_FUZZY:
        hit = process.extractOne(word, known.keys(), scorer=fuzz.ratio, score_cutoff=ALIKE)
        return known[hit[0]] if hit else frozenset()
    return frozenset()


def vocabulary_words() -> list[str]:
    """All words that stand for a code."""
    return list(_vocabulary())


@cache
def _vocabulary() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            for code, label in _labels():
                for word in plain_words(label):
                    if word not in SMALL_WORDS and len(word) > 1:
                        found.setdefault(word, set()).add(code)
    return {word: frozenset(codes) for word, codes in found.items()}


def _labels() -> list[tuple[str, str]]:
    kinds = (
        ("role", Role.choices),
        ("service", ServiceKind.choices),
        ("org", OrganizationKind.choices),
        ("body", BodyKind.choices),
        ("document", DocumentKind.choices),
        ("harm", HARMS),
        ("kind", EntryKind.choices),
    )
    labels = [
        (f"={kind}:{code}", f"{label} {code.replace('_', ' ')}")
        for kind, choices in kinds
        for code, label in choices
    ]
    labels += [(f"={kind}:{code.value}", str(said)) for kind, code, said in ALSO_SAID]
    for code, name in LANGUAGES:
        english = LANG_INFO.get(code, {}).get("name", "")
        labels.append((f"=language:{code}", f"{name} {translation.gettext(english or name)}"))
    return labels
