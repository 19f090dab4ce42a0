"""Loads the sentence templates and splits them, template by template, into train, tune and held."""

import random
import re
import tomllib
from functools import cache
from pathlib import Path

LANGUAGES = ["en", "de"]
SPLITS = ["train", "tune", "held"]
_CHOICE = re.compile(r"\(([^()]*\|[^()]*)\)")


@cache
def _book(language: str) -> dict[str, dict[str, list[str]]]:
    book: dict[str, dict[str, list[str]]] = {}
    for file in (Path(__file__).parent / "phrases" / language).glob("*.toml"):
        book |= tomllib.loads(file.read_text("utf-8"))
    return book


def templates(language: str, section: str, key: str, split: str) -> list[str]:
    """The templates of one list that belong to one split; no template is in two of them."""
    everything = _book(language)[section][key]
    held = min(2, len(everything) // 5)
    cut = len(everything) - held
    parts = {"train": everything[: cut - 1], "tune": everything[cut - 1 : cut], "held": everything[cut:]}
    return parts[split]


def draw(rng: random.Random, language: str, section: str, key: str, split: str) -> str:
    """One template with its choices made and its slots still open."""
    template = rng.choice(templates(language, section, key, split))
    while match := _CHOICE.search(template):
        template = template[: match.start()] + rng.choice(match[1].split("|")) + template[match.end() :]
    return re.sub(r"\s+([.,;?!])", r"\1", re.sub(r"\s{2,}", " ", template)).strip()
