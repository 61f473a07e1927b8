"""Words that stand together in what many people wrote: a first look at what a theme might be. Pure.

No model and no grammar: the stems of the analyser, counted. Two words belong together when they share more comments than chance would give
them; around the pair that does so most a group is gathered, and what it holds is set aside before the next one. What everybody says
and what hardly anybody says is left out.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from ahlan.search.analyser import words_of
from ahlan.search.stems import keys_of

SHORTEST = 3  # letters of a word
FEWEST, COMMONEST = 3, 0.4  # comments a word must stand in; the share of all from which on it says nothing
MOST_WORDS, LARGEST, MOST_GROUPS = 200, 5, 8  # words that are looked at, words of a group, groups
TOGETHER = 1.5  # times as often as by chance


@dataclass(frozen=True, slots=True)
class Group:
    """`words`: as most people write them, the most frequent first. `texts`: the places of the comments that hold two of them or more."""

    words: tuple[str, ...]
    texts: tuple[int, ...]


def groups_of(texts: Sequence[str], language: str) -> list[Group]:
    """The largest first. `language`: of all the texts."""
    said = [_stems(text, language) for text in texts]
    counts = Counter(stem for one in said for stem in one)
    most = COMMONEST * len(texts)
    known = {stem for stem, n in counts.most_common(MOST_WORDS) if FEWEST <= n <= max(most, FEWEST)}
    pairs = Counter(_pair(*both) for one in said for both in combinations(sorted(known & one.keys()), 2))
    lift = {
        pair: n * len(texts) / (counts[pair[0]] * counts[pair[1]]) for pair, n in pairs.items() if n >= FEWEST
    }
    forms = _forms(said)
    found = (_group(stems, said, counts, forms) for stems in _gathered(pairs, lift))
    return sorted((one for one in found if one.texts), key=lambda one: (-len(one.texts), one.words))


def groups_by_language(said: Iterable[tuple[str, str]]) -> list[tuple[str, Sequence[str], list[Group]]]:
    """(language, its texts, their groups) of texts with their languages, the language most wrote in first."""
    texts: dict[str, list[str]] = defaultdict(list)
    for language, text in said:
        texts[language].append(text)
    ordered = sorted(texts.items(), key=lambda one: -len(one[1]))
    return [(language, found, groups_of(found, language)) for language, found in ordered]


def _stems(text: str, language: str) -> dict[str, str]:
    """Each stem of a text with the word it stands for."""
    words = (word for word in words_of(text) if len(word) >= SHORTEST and not word.isdecimal())
    return {keys_of(word, language)[-1]: word for word in words}


def _forms(said: Iterable[Mapping[str, str]]) -> dict[str, str]:
    seen: dict[str, Counter[str]] = defaultdict(Counter)
    for one in said:
        for stem, word in one.items():
            seen[stem][word] += 1
    return {stem: min(words, key=lambda word: (-words[word], word)) for stem, words in seen.items()}


def _gathered(pairs: Mapping[tuple[str, str], int], lift: Mapping[tuple[str, str], float]) -> list[set[str]]:
    """Groups of stems, none in two: each begun by the pair that is left with the most in common."""
    left = {pair for pair, times in lift.items() if times >= TOGETHER}
    found: list[set[str]] = []
    while left and len(found) < MOST_GROUPS:
        first: tuple[str, str] = min(left, key=lambda pair: (-pairs[pair], -lift[pair], pair))
        group = set(first)
        while len(group) < LARGEST:
            near = {
                stem
                for pair in left
                for stem in pair
                if stem not in group and all(_pair(stem, one) in left for one in group)
            }
            if not near:
                break
            group.add(min(near, key=lambda stem: (-sum(pairs[_pair(stem, one)] for one in group), stem)))
        found.append(group)
        left = {pair for pair in left if not group & set(pair)}
    return found


def _pair(one: str, other: str) -> tuple[str, str]:
    return (one, other) if one < other else (other, one)


def _group(
    stems: set[str], said: Sequence[Mapping[str, str]], counts: Mapping[str, int], forms: Mapping[str, str]
) -> Group:
    ordered = sorted(stems, key=lambda stem: (-counts[stem], stem))
    texts = tuple(n for n, one in enumerate(said) if len(stems & one.keys()) > 1)
    return Group(tuple(forms[stem] for stem in ordered), texts)
