"""The languages people speak and services are given in, by ISO 639 code.

More than the portal is written in: what counts is whether the child can be understood.
"""

from django.conf.locale import LANG_INFO
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# Of those Django can name, the ones without a country; then those of mission areas it lacks.
LANGUAGES = sorted(
    [
        (code, info["name_local"])
        for code, info in LANG_INFO.items()
        if "name_local" in info and "-" not in code
    ]
    + [
        ("so", "Soomaali"),
        ("ln", "Lingála"),
        ("sg", "Sängö"),
        ("din", "Thuɔŋjäŋ"),
        ("nus", "Thok Naath"),
        ("ht", "Kreyòl ayisyen"),
        ("rw", "Kinyarwanda"),
        ("rn", "Ikirundi"),
        ("bm", "Bamanankan"),
        ("ff", "Fulfulde"),
        ("ha", "Hausa"),
        ("prs", "دری"),
        ("ps", "پښتو"),
        ("ku", "Kurdî"),
    ],
    key=lambda pair: pair[1].casefold(),
)
NAMES = dict(LANGUAGES)


def check_languages(codes: list[str]) -> None:
    """Refuse a code that is no language, and a language named twice."""
    unknown = [code for code in codes if code not in NAMES]
    if unknown:
        message = _("Not a language we know: %(codes)s. Use codes such as fr, ar or sw.")
        raise ValidationError(message, code="unknown", params={"codes": ", ".join(unknown)})
    if len(set(codes)) != len(codes):
        raise ValidationError(_("A language is named twice."), code="twice")
