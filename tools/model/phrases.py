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
def _book(language: str, name: str) -> dict[str, dict[str, list[str]]]:
    return tomllib.loads((Path(__file__).parent / "phrases" / language / f"{name}.toml").read_text("utf-8"))


def templates(language: str, section: str, key: str, split: str) -> list[str]:
    """The templates of one list that belong to one split; no template is in two of them."""
    everything = _book(language, "core" if section == "core" else "cues")[section][key]
    cut = len(everything) - min(2, len(everything) // 5)
    pairs = _book(language, "pairs").get(section, {}).get(key, [])
    parts = {"train": pairs + everything[: cut - 1], "tune": everything[cut - 1 : cut], "held": everything[cut:]}
    return parts[split]


def draw(rng: random.Random, language: str, section: str, key: str, split: str) -> str:
    """One template with its choices made and its slots still open."""
    template = rng.choice(templates(language, section, key, split))
    while match := _CHOICE.search(template):
        template = template[: match.start()] + rng.choice(match[1].split("|")) + template[match.end() :]
    return re.sub(r"\s+([.,;?!])", r"\1", re.sub(r"\s{2,}", " ", template)).strip()
