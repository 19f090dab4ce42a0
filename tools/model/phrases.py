"""Loads the sentence templates and draws one of a split."""

import random
import tomllib
from functools import cache
from pathlib import Path

from split import Parts, choose, divide

LANGUAGES = ["en", "de"]


@cache
def _book(language: str, name: str) -> dict[str, dict[str, list[str]]]:
    return tomllib.loads((Path(__file__).parent / "phrases" / language / f"{name}.toml").read_text("utf-8"))


@cache
def templates(language: str, section: str, key: str) -> Parts:
    """The templates of one list by split; none is in two of them."""
    name = f"{language} {section} {key}"
    first = _book(language, "core" if section == "core" else "cues")[section][key]
    later = _book(language, "later").get(section, {}).get(key, [])
    parts = divide(name, first)
    return divide(f"{name} later", later, parts) if later else parts


def draw(rng: random.Random, language: str, section: str, key: str, split: str) -> str:
    """One template with its choices made and its slots still open."""
    return choose(rng, rng.choice(templates(language, section, key)[split]))
