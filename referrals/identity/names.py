"""Names in a text: who is said to be called so, or who is written like somebody's name."""

from __future__ import annotations

from collections.abc import Iterable

from referrals.identity.patterns import patterns
from referrals.identity.reading import (
    Word,
    known_places,
    listed,
    read_words,
    says_phrases,
    stands_at,
)

LONGEST = 5  # words of a name
_JOINED = "وفلبك"  # Arabic: one of these letters may stand in front of a word
_THE = "ال"
_SERVANT = "عبد"

Span = tuple[int, int]  # first and last word


def find_names(text: str, known: Iterable[str] = ()) -> list[tuple[str, int, int]]:
    """("name", start, end) of each; `known` names are nobody's."""
    words = read_words(text)
    walk = _Walk(words, known_places(words, known))
    return [("name", words[first].start, words[last].end) for first, last in walk.names()]


class _Walk:
    """One text, walked from its first word to its last; `known` are words to pass over."""

    def __init__(self, words: list[Word], known: set[int]):
        self.words = words
        self.known = known

    def names(self) -> list[Span]:
        found, at = [], 0
        while at < len(self.words):
            name = self._arabic(at) if self.words[at].is_arabic else self._latin(at)
            if name:
                found.append(name)
                at = name[1] + 1
            else:
                at = self._past_a_thing(at) if self._is_thing(at) else at + 1
        return found

    def _latin(self, at: int) -> Span | None:
        return self._after_says(at) or self._after_cue(at) or self._written_like_one(at)

    def _after_says(self, at: int) -> Span | None:
        """ "her name is ...": a name also in small letters, unless the sentence tells none."""
        begin = self._phrase_end(at)
        if begin is None:
            return None
        if run := self._run(begin):
            return run
        word = self.words[begin]
        lists = ("starters", "untold", "stops", "things")
        is_none = word.is_arabic or len(word.key) < 4 or begin in self.known
        return None if is_none or self._is_any(lists, begin) else (begin, begin)

    def _after_cue(self, at: int) -> Span | None:
        """ "called", "son of", "Mme": then a name in capitals; "a village called" is of none."""
        is_title = self._is("titles", at) and self.words[at].text != "m"
        begin = self._next(at) if is_title or self._is("before", at) else None
        if begin is not None and not is_title and self._is("links", begin):
            begin = self._next(begin)
        if begin is None or self._is_thing(at - 1):
            return None
        is_given = self._is("given", begin) and begin not in self.known
        return self._run(begin) or ((begin, begin) if is_given else None)

    def _written_like_one(self, at: int) -> Span | None:
        """Two capitals in a row, or a given name."""
        run = self._run(at)
        if run is None or self._is_of_a_thing(at):
            return None
        parts = [place for place in range(run[0], run[1] + 1) if self.words[place].is_capital]
        if any(self._is("given", place) for place in parts):
            return run
        opening = self.words[at]
        is_worn = opening.opens and opening.key.endswith(tuple(patterns()["endings"].split(" ")))
        if is_worn or (opening.is_near and self._is_thing(at - 1)):
            return None
        whole = sum(self._is_whole(place, opening) for place in parts)
        return run if whole > 1 or (whole and len(opening.text) == 1) else None

    def _is_whole(self, at: int, opening: Word) -> bool:
        """More than an initial; an acronym after the head of a sentence ("Told UNPOL") is none."""
        word = self.words[at]
        return len(word.text) > 1 and not (opening.opens and word.is_caps)

    def _past_a_thing(self, at: int) -> int:
        """The word after "San Juan" or "Camp Amina": capitals that begin with a thing."""
        ahead = at + 1
        while self.words[at].is_capital and ahead < len(self.words) and self._may_follow(ahead):
            if not self.words[ahead].is_near:
                break
            ahead += 1
        return ahead

    def _run(self, at: int) -> Span | None:
        """The capitals from here on, linked by "de" or "bin"; None where a thing is called so."""
        if not self._may_begin(at):
            return None
        last, ahead = at, at + 1
        while ahead < min(len(self.words), at + LONGEST) and self.words[ahead].is_near:
            if self._may_follow(ahead) and (ahead == last + 1 or not self._is_thing(ahead)):
                last = ahead
            elif not self._is("links", ahead) or ahead - last > 2:
                break
            ahead += 1
        beside = self._next(last)
        is_thing = any(self._is_thing(place) for place in range(at, last + 1))
        return None if is_thing or (beside and self._is_thing(beside)) else (at, last)

    def _may_begin(self, at: int) -> bool:
        if not self._may_follow(at):
            return False
        word = self.words[at]
        if len(word.text) == 1:
            return self._next(at) is not None and self.words[at + 1].gap.startswith(".")
        return not word.is_caps or self._is("given", at)

    def _may_follow(self, at: int) -> bool:
        word = self.words[at]
        if word.is_arabic or not word.is_capital or at in self.known:
            return False
        if self._is("given", at):
            return True
        if self._is_any(("stops", "starters", "titles"), at):
            return False
        is_short = word.opens and 1 < len(word.key) < 4
        return not is_short and (not word.is_caps or len(word.text) > 3)

    def _is_of_a_thing(self, at: int) -> bool:
        """ "the village of", "hôpital de": what follows is its name."""
        linked = at > 1 and self.words[at].is_near and self._is("links", at - 1)
        return linked and self.words[at - 1].is_near and self._is_thing(at - 2)

    def _arabic(self, at: int) -> Span | None:
        begin = self._next(at)
        if begin is not None and not self._is_thing(at - 1):
            if self._has("arSays", at) or self._has("arTitles", at):
                return self._told(begin)
            if self._has("arFather", at) and at not in self.known and self._told(begin):
                return at, self._to(begin)
            if self._has("arKin", at) and self._is_any(("arGiven", "arPerhaps"), begin):
                return begin, self._to(begin)
            if self._has_servant(at) and self.words[begin].key.startswith(_THE):
                return at, self._to(begin)
        is_name = self._has("arGiven", at) and at not in self.known
        return (at, self._to(at)) if is_name and not self._is_thing(at - 1) else None

    def _told(self, begin: int) -> Span | None:
        """The word after "his name": a name, unless it is a word of the language's own."""
        word = self.words[begin]
        if not word.is_arabic:
            return self._run(begin)
        is_none = word.key.startswith(_THE) or begin in self.known or self._is("arStops", begin)
        return None if is_none or self._is_thing(begin) else (begin, self._to(begin))

    def _to(self, last: int) -> int:
        """The last word of an Arabic name that has begun."""
        lists = ("arGiven", "arPerhaps", "arKin", "arFather")
        for _step in range(LONGEST):
            ahead = self._next(last)
            if ahead is None or ahead in self.known or not self.words[ahead].is_arabic:
                break
            is_linked = self._is_any(("arKin", "arFather"), last) or self._has_servant(last)
            if not (is_linked or self._is_any(lists, ahead) or self._has_servant(ahead)):
                break
            last = ahead
        return last

    def _has_servant(self, at: int) -> bool:
        key = self.words[at].key
        return key == _SERVANT or (key[:1] in _JOINED and key[1:] == _SERVANT)

    def _has(self, name: str, at: int) -> bool:
        """As `_is`, also with a letter such as "and" joined in front."""
        key = self.words[at].key
        return self._is(name, at) or (key[:1] in _JOINED and key[1:] in listed(name)[0])

    def _is(self, name: str, at: int) -> bool:
        key, (words, stems) = self.words[at].key, listed(name)
        return key in words or key.startswith(stems)

    def _is_any(self, names: tuple[str, ...], at: int) -> bool:
        return any(self._is(name, at) for name in names)

    def _is_thing(self, at: int) -> bool:
        if not 0 <= at < len(self.words):
            return False
        is_given = self._is("given", at)
        return (self._is("things", at) and not is_given) or self._has("arThings", at)

    def _next(self, at: int) -> int | None:
        """The word after this one, if nothing stands between them."""
        ahead = at + 1
        return ahead if ahead < len(self.words) and self.words[ahead].is_near else None

    def _phrase_end(self, at: int) -> int | None:
        """The word after "my name is" or its like, if that begins here."""
        for phrase in says_phrases().get(self.words[at].key, ()):
            end = at + len(phrase)
            if end < len(self.words) and stands_at(self.words, at, phrase):
                return end if self.words[end].is_near else None
        return None
