"""Builds ../data/words.bin: what every known word may be, for src/names/lexicon.ts. Run by hand:

    python3 -m venv .venv && .venv/bin/pip install msgpack==1.1.2 simplemma==2.0.0 && .venv/bin/python build.py

The file: the number of entries, then that many hashes in ascending order, then a word of flags for each, all 32 bits,
little-endian. Which bit means what stands in src/names/lexicon.ts.
"""

import re
import struct
import sys
import unicodedata
from collections import Counter
from pathlib import Path

import sources

CACHE = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / '.cache'
BARE = {'ß': 'ss', 'ł': 'l', 'ø': 'o', 'đ': 'd', 'æ': 'ae', 'œ': 'oe'}
WORD = re.compile(r'[^\W_]+')
PLACE, PHRASE, REGION, COMPANY, NATIONALITY = 6, 1 << 23, 1 << 24, 1 << 25, 1 << 26


def fold(word: str) -> str:
    """As fold() of src/reading.ts."""
    bare = ''.join(c for c in unicodedata.normalize('NFKD', word.lower()) if not unicodedata.category(c).startswith('M'))
    return ''.join(BARE.get(c, c) for c in bare)


def words(text: str) -> list[str]:
    return [fold(word) for word in WORD.findall(unicodedata.normalize('NFC', text))]


def hashed(text: str) -> int:
    """FNV-1a over UTF-16 units, then mixed: as hash() of src/names/lexicon.ts."""
    value = 0x811C9DC5
    for unit in struct.unpack(f'<{len(text.encode("utf-16-le")) // 2}H', text.encode('utf-16-le')):
        value = ((value ^ unit) * 0x01000193) & 0xFFFFFFFF
    value ^= value >> 16
    return (value * 0x85EBCA6B & 0xFFFFFFFF) ^ ((value * 0x85EBCA6B & 0xFFFFFFFF) >> 13)


def level(count: float, steps: tuple[int, ...]) -> int:
    return sum(count >= step for step in steps)


NAME_STEPS = (4, 12, 32, 84, 250, 900, 4000)
CITY_STEPS = (1, 5_000, 20_000, 50_000, 150_000, 500_000, 2_000_000)
USE_STEPS = (2.8, 3.5, 4.4)


def main() -> None:
    from simplemma.strategies.dictionaries.dictionary_factory import DefaultDictionaryFactory

    sources.fetch(CACHE)
    first: dict[str, int] = {}
    last: dict[str, int] = {}
    place: dict[str, int] = {}
    flags: dict[str, int] = {}

    def most(table: dict[str, int], word: str, value: int) -> None:
        if value and len(word) > 1 and not word.isdigit():
            table[word] = max(value, table.get(word, 0))

    opening, ending = sources.count(sources.people(CACHE))
    for table, counts in ((first, opening), (last, ending)):
        folded: dict[str, int] = {}
        for name, count in counts.items():
            parts = words(name)
            for word in parts:
                # A part of a joined name says less about the whole than the name by itself.
                folded[word] = folded.get(word, 0) + (count if len(parts) == 1 else count // 2)
        for word, count in folded.items():
            most(table, word, level(count, NAME_STEPS))
    census_first, census_last = sources.census(CACHE)
    for name, rank in census_first.items():
        most(first, fold(name), 6 if rank <= 150 else 5 if rank <= 500 else 3)
    for name, rank in census_last.items():
        most(last, fold(name), 6 if rank <= 500 else 5 if rank <= 3000 else 4 if rank <= 12_000 else 2)
    locale_first, locale_last = sources.locale_names(CACHE)
    for table, names in ((first, locale_first), (last, locale_last)):
        for name in names:
            for word in words(name):
                if len(word) > 2:
                    most(table, word, 4)
    for name in sources.either_names(CACHE):
        for word in words(name):
            most(last, word, 3)

    cities = sources.cities(CACHE)
    # What large cities are called is no ordinary word for being frequent.
    towns = {words(name)[0] for city, population, others in cities if population >= 15_000
             for name in (city, *(others if population >= 100_000 else ())) if len(words(name)) == 1}
    towns |= {words(name)[0] for name in sources.regions(CACHE) if len(words(name)) == 1}

    uses: dict[str, list[int]] = {}
    nouns = {fold(noun) for noun in sources.german_nouns(CACHE)}
    known = DefaultDictionaryFactory()
    for index, language in enumerate(sources.LANGUAGES):
        lexicon = known.get_dictionary(language)
        forms = Counter(lexicon[form] for form in lexicon if lexicon[form] != form)
        for written, zipf in sources.frequencies(CACHE, language).items():
            if not written.isalpha() or zipf < USE_STEPS[0]:
                continue
            word = fold(written)
            named = max(first.get(word, 0), last.get(word, 0))
            # A lower-case entry of the lexicon is an ordinary word; in German, so are nouns. A frequent word that nobody
            # is called is one too, whether or not a lexicon has it.
            # Its lemma has a capital (`sandra`, of Sandra) where the lexicon holds a name.
            # The Polish one has towns in lower case.
            entry = written in lexicon and (language == 'de' or lexicon[written][:1].islower()) and not (language == 'pl' and word in towns)
            ordinary = entry or (language == 'de' and word in nouns) or (named < 3 and zipf >= 3.5 and word not in towns)
            # Lexicons hold names in lower case by mistake; where a name is frequent and the word is not, it is a name.
            if ordinary and not (named >= 6 and zipf < 3.6 and language != 'de'):
                most_used = uses.setdefault(word, [0] * 7)
                # Most uses of a frequent surname are the name's; and what has no other forms, as words have, is seldom one.
                alone = entry and lexicon[written] == written and forms[written] < 2
                doubtful = last.get(word, 0) >= 6 or (first.get(word, 0) >= 6 if language == 'de' else named >= 6 and alone)
                most_used[index] = max(most_used[index], level(zipf, USE_STEPS) - doubtful)

        for food in sources.foods(CACHE, language):
            for word in words(food):
                # A menu's words that are names as well stay names.
                if max(first.get(word, 0), last.get(word, 0)) < 6:
                    most_used = uses.setdefault(word, [0] * 7)
                    most_used[index] = max(most_used[index], 2)

    def add_place(name: str, value: int, flag: int = 0) -> None:
        parts = words(name)
        if not parts or len(parts) > 4 or len(''.join(parts)) < 3:
            return
        if len(parts) > 1:
            flags[parts[0]] = flags.get(parts[0], 0) | PHRASE
        whole = ' '.join(parts)
        most(place, whole, value)
        flags[whole] = flags.get(whole, 0) | flag

    for name, population, others in cities:
        if population < 2000:
            continue
        add_place(name, level(population, CITY_STEPS) or 1)
        if population < 100_000:
            continue
        for other in others:
            parts = words(other)
            # Names in other languages, and no codes, nicknames or transcriptions of a syllable.
            if len(parts) == 1 and len(parts[0]) > 4 and other.istitle() and other[0] < 'Ͱ' and parts[0] not in uses:
                if first.get(parts[0], 0) < 4 and last.get(parts[0], 0) < 4:
                    most(place, parts[0], max(2, level(population, CITY_STEPS) - 1))
    for name in sources.regions(CACHE):
        add_place(name, 7, REGION)
    for name in sources.companies(CACHE):
        parts = words(name)
        if parts and len(parts) < 4:
            flags[' '.join(parts)] = flags.get(' '.join(parts), 0) | COMPANY
    for language, names in sources.nationalities(CACHE).items():
        for name in names:
            parts = words(name)
            if len(parts) != 1 or len(parts[0]) < 4:
                continue
            endings = {'de': ('', 'e', 'er', 'en', 'es', 'em', 'in', 'innen'), 'fr': ('', 'e', 's', 'es'), 'es': ('', 's', 'a', 'as', 'es'),
                       'it': ('',), 'nl': ('', 'e', 'en', 'se'), 'pl': ('', 'i', 'em', 'a', 'ow')}.get(language, ('', 's'))
            for ending in endings:
                for stem in {parts[0], parts[0][:-1] if parts[0][-1] in 'oe' else parts[0]}:
                    flags[stem + ending] = flags.get(stem + ending, 0) | NATIONALITY
            if language in ('it', 'es') and parts[0][-1] in 'oe':
                for ending in 'aeio':
                    flags[parts[0][:-1] + ending] = flags.get(parts[0][:-1] + ending, 0) | NATIONALITY

    entries: dict[int, int] = {}
    # A name borne once by one person in an encyclopaedia, and no word, says next to nothing.
    for word in {*first, *last, *place, *uses, *flags}:
        value = first.get(word, 0) | last.get(word, 0) << 3 | place.get(word, 0) << PLACE | flags.get(word, 0)
        for index, use in enumerate(uses.get(word, ())):
            value |= use << (9 + 2 * index)
        if value in (1, 1 << 3, 1 | 1 << 3):
            continue
        entries[hashed(word)] = entries.get(hashed(word), 0) | value
    target = Path(__file__).parent.parent / 'data/words.bin'
    target.write_bytes(struct.pack(f'<{1 + 2 * len(entries)}I', len(entries), *sorted(entries), *(entries[key] for key in sorted(entries))))
    print(len(entries), 'entries;', len(first), 'first names,', len(last), 'surnames,', len(place), 'places,', len(uses), 'words')
    for word in sys.argv[2:]:
        w = ' '.join(words(word))
        print(word, 'first', first.get(w, 0), 'last', last.get(w, 0), 'place', place.get(w, 0), 'uses', uses.get(w), 'flags', hex(flags.get(w, 0)))


main()
