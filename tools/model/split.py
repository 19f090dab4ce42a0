"""Draws which items of a list train, which tune and which are held back, by chance but always the same way."""

import random
import re

import numpy as np

SPLITS = ["train", "tune", "held"]
_SEED = 20261123
_SHARES = {"held": 0.12, "tune": 0.08}
_ALIKE = 0.7
_WORDINGS = 32
Parts = dict[str, list[str]]
_CHOICE = re.compile(r"\(([^()]*\|[^()]*)\)")


def choose(rng: random.Random, template: str) -> str:
    """One wording of a template: its choices are made, its slots still open."""
    while match := _CHOICE.search(template):
        template = template[: match.start()] + rng.choice(match[1].split("|")) + template[match.end() :]
    return re.sub(r"\s+([.,;?!])", r"\1", re.sub(r"\s{2,}", " ", template)).strip()


def likeness(rng: random.Random, items: list[str]) -> np.ndarray:
    """How like any two items are at most: the Jaccard index of the words of their most similar wordings."""
    words = [
        [set(re.findall(r"[{\w}]+", choose(rng, item).lower())) for _ in range(_WORDINGS if "|" in item else 1)]
        for item in items
    ]
    owner = np.array([at for at, wordings in enumerate(words) for _ in wordings])
    place = {word: at for at, word in enumerate(sorted(set().union(*(w for group in words for w in group))))}
    has = np.zeros((len(owner), len(place)), np.float32)
    for row, wording in enumerate(wording for group in words for wording in group):
        has[row, [place[word] for word in wording]] = 1
    common, size = has @ has.T, has.sum(1)
    index = common / (size[:, None] + size[None, :] - common)
    starts = np.searchsorted(owner, range(len(items)))
    return np.maximum.reduceat(np.maximum.reduceat(index, starts, 0), starts, 1)


def families(rng: random.Random, items: list[str]) -> list[list[str]]:
    """Items that differ by a word or so stay together, or what is held back would have been trained after all."""
    alike = likeness(rng, items) > _ALIKE
    left, found = set(range(len(items))), []
    while left:
        family, edge = set(), {min(left)}
        while edge:
            family |= edge
            edge = {int(at) for member in edge for at in np.flatnonzero(alike[member])} - family
        left -= family
        found.append([items[at] for at in sorted(family)])
    return found


def divide(name: str, items: list[str], earlier: Parts | None = None) -> Parts:
    """Adds one list to the parts of an earlier one, which stay as they are, since a model may have learnt them.

    `name` tells lists apart. A family larger than what a part still lacks goes elsewhere. What is like an earlier item
    follows it; what is like items of two parts is left out.
    """
    rng = random.Random(f"{_SEED}:{name}")
    parts = {part: list((earlier or {}).get(part, [])) for part in SPLITS}
    side = {item: part for part in SPLITS for item in parts[part]}
    drawn = families(rng, list(dict.fromkeys([*side, *items])))
    rng.shuffle(drawn)
    room = {part: max(1, round(share * len(items))) for part, share in _SHARES.items()}
    for family in drawn:
        fresh = [item for item in family if item not in side]
        sides = {side[item] for item in family if item in side}
        if not sides:
            part = next((part for part in room if len(fresh) <= room[part]), "train")
            parts[part] += fresh
            if part in room:
                room[part] -= len(fresh)
        elif len(sides) == 1:
            parts[sides.pop()] += fresh
    assert all(parts.values()), f"{name} is too short to be divided"
    return parts
