"""The data of the search, in a form that Python and JavaScript read alike.

Regular expressions keep to what means the same in both: explicit classes, no look-behind, no
`\\d`, `\\w`, `\\s`, `\\b` or `$`, no flag but JavaScript's `u`. Repetitions are bounded, so that a
hostile text takes no longer than another of its length.
"""

from __future__ import annotations

from functools import cache

from referrals.identity import words

_LATIN = "A-Za-zÀ-ÖØ-öø-\u017f\u0300-\u036f"
_ARABIC = "\u0621-\u065f\u0670-\u06d3"
_APART = "(^|[^0-9A-Za-z])"
_NO_DIGIT = "(?![0-9])"
_TIME = "(?:[01][0-9]|2[0-3])[0-5][0-9]"
_YEAR = "(?:19|20)[0-9]{2}"
_GRID = "[Gg]rid|GRID|MGRS|UTM|[Gg]rille|[Cc]uadrícula|إحداثيات"
_PHONE = (
    "[Tt]el|TEL|[Tt]él|[Pp]hone|[Mm]obile|[Cc]ell|[Ww]hats[Aa]pp|[Nn]uméro|[Cc]ontact|[Nn]úmero"
    "|[Cc]elular|[Cc]all|هاتف|جوال|واتساب|موبايل|رقم|اتصل"
)
_CARD = (
    "ID|I\\.D\\.|NIN|DNI|CNI|[Pp]assport|[Pp]asseport|[Pp]asaporte|[Ii]dentity|[Ii]dentité"
    "|[Ii]dentidad|[Cc]édula|[Cc]edula|[Rr]egistration|الهوية|هوية|جواز|بطاقة|القيد"
)

# What looks like a number of somebody and is none. What the first group matches stays.
_HARMLESS = (
    # references, symbols of documents
    f"{_APART}[A-Z]{{2,12}}-[0-9]{{4}}-[0-9]{{3,6}}{_NO_DIGIT}",
    f"{_APART}[A-Z]{{1,5}}/[A-Z0-9./-]{{2,30}}",
    # P-codes
    f"{_APART}[A-Z]{{2,3}}[0-9]{{2,6}}(?:[A-Z]{{2}}[0-9]{{2,4}})?(?![0-9A-Za-z])",
    # dates, with what follows of a time; date-time groups
    f"{_APART}[0-9]{{4}}[-/.][0-9]{{1,2}}[-/.][0-9]{{1,2}}"
    f"(?:[ T,]{{1,2}}[0-9]{{1,2}}[:.h]?[0-9]{{2}})?{_NO_DIGIT}",
    f"{_APART}[0-3]?[0-9][-/. ][01]?[0-9][-/. ](?:{_YEAR}|[0-9]{{2}})"
    f"(?:[ ,]{{1,2}}[0-9]{{1,2}}[:.h]?[0-9]{{2}})?(?![0-9]|[-/. ][0-9]{{2}})",
    f"{_APART}[0-3]?[0-9]/[01]?[0-9]{_NO_DIGIT}",
    f"{_APART}[01]?[0-9]/{_YEAR}{_NO_DIGIT}",
    f"{_APART}[0-3][0-9]{_TIME}[A-Z](?: ?[A-Za-z]{{3}} ?[0-9]{{2,4}})?",
    # times and years, from - to; "in 2026"
    f"{_APART}{_TIME} ?[-\u2013/] ?{_TIME}{_NO_DIGIT}",
    f"{_APART}{_YEAR} ?[-\u2013/] ?{_YEAR}{_NO_DIGIT}",
    f"((?:[Ii]n|[Ee]n|since|of|de|depuis|desde|عام|سنة) ){_YEAR}{_NO_DIGIT}",
    # coordinates and grids
    "(^|[^0-9.+])-?[0-9]{1,3}[.,][0-9]{3,8}(?![0-9]|[., -][0-9]{2}[^0-9])",
    f"{_APART}[NSEWO] ?[0-9]{{1,3}}[ °.][0-9]{{1,2}}[ '.\u2032][0-9.]{{1,6}}",
    f"{_APART}[0-9]{{1,2}}[C-X] ?[A-Z]{{2}} ?[0-9]{{2,5}} ?[0-9]{{2,5}}{_NO_DIGIT}",
    f"((?:{_GRID})[^0-9\n]{{0,12}})[0-9][0-9A-Z ,.]{{3,28}}",
    # counts
    f"{_APART}[1-9][0-9]{{0,2}}(?:,[0-9]{{3}}){{1,3}}{_NO_DIGIT}",
    f"{_APART}[1-9][0-9]{{0,2}}[0-9 .]{{0,10}}000{_NO_DIGIT}",
)

# Of the rest: kind, and the fewest digits it needs. What the first group matches is no part of it.
_ADDRESSES = (
    ("email", 0, "()[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\\.[A-Za-z0-9-]{2,63}){1,4}"),
    ("email", 0, "(^|[^A-Za-z0-9@._-])@[A-Za-z0-9_.]{3,40}"),
    ("email", 0, "()(?:facebook\\.com|fb\\.com|wa\\.me|t\\.me)/[A-Za-z0-9_.+-]{3,60}"),
)
_NUMBERS = (
    (
        "id",
        5,
        f"((?:^|[^A-Za-z])(?:{_CARD})(?![A-Za-z])[^0-9\n]{{0,20}}?)"
        "(?:[A-Z]{1,3}[- ]?)?[0-9][0-9A-Z./-]{4,24}",
    ),
    ("phone", 6, f"((?:{_PHONE})[^0-9+\n]{{0,14}})[+0-9](?:[ .()/-]{{0,2}}[0-9]){{5,14}}"),
    ("id", 6, f"{_APART}[A-Z0-9]{{1,4}}[- ]?[0-9]{{2,12}}[A-Z][A-Z0-9-]{{2,16}}"),
    ("id", 7, f"{_APART}[A-Z]{{1,3}}[- ]?[0-9]{{7,12}}{_NO_DIGIT}"),
    ("phone", 7, "()[+(]{0,2}[0-9](?:[ .()/\u00a0-]{0,2}[0-9]){6,15}"),
)


@cache
def patterns() -> dict[str, object]:
    """All that the search needs, as JSON data; the same object each time, not to be changed.

    `word`: a word; `near`: what may stand between two words of a name; `ends`: what ends a
    sentence; `marks`: accents and vowel signs, left out in comparing. Lists are words or phrases.
    """
    return {
        "word": f"[{_LATIN}]+(?:-[{_LATIN}]+)*|[{_ARABIC}]+",
        "near": [" ", "  ", "\u00a0", "\u202f", "'", "\u2019"],
        "ends": '.!?…:;\n•«"“(؟\u06d4\u2013\u2014-',
        "marks": "[\u0300-\u036f\u064b-\u0655\u0670\u0640]",
        "harmless": list(_HARMLESS),
        "addresses": [list(address) for address in _ADDRESSES],
        "numbers": [list(number) for number in _NUMBERS],
        "says": words.SAYS_NAME.strip(),
        **{name: " ".join(sorted(set(text.split()))) for name, text in _LISTS.items()},
    }


_LISTS = {
    "before": words.BEFORE_NAME,
    "titles": words.TITLES,
    "given": words.GIVEN,
    "links": words.LINKS,
    "things": words.NO_PERSON,
    "stops": words.STOPS,
    "starters": words.STARTERS,
    "endings": words.ENDINGS,
    "untold": words.NOT_TOLD,
    "arSays": words.AR_SAYS_NAME,
    "arTitles": words.AR_TITLES,
    "arFather": words.AR_FATHER,
    "arKin": words.AR_KIN,
    "arGiven": words.AR_GIVEN,
    "arPerhaps": words.AR_PERHAPS,
    "arThings": words.AR_NO_PERSON,
    "arStops": words.AR_STOPS,
}
