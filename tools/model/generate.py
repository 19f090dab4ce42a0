"""Composes customer cases with their answers: an intent's sentence among cues, distractors and noise."""

import argparse
import json
import random
import re
from collections.abc import Callable
from typing import NamedTuple

from labels import INTENTS, Labels, label
from phrases import LANGUAGES, draw
from slots import Person, obscure, public_values
from split import SPLITS

SYSTEM = "You triage customer service cases. Answer with one JSON object."
_DENIABLE = ["billing", "delivery", "account", "cancellation", "refund"]
_NEGATIONS = {"no", "not", "nicht", "kein", "keine", "nie", "never", "nothing", "nobody", "niemand"}
ORIGINS = ["Web", "Email", "Phone", "Chat", "Portal"]


class Case(NamedTuple):
    """One case: the text with slots open, what fills them, and the right answer."""

    language: str
    subject: str
    message: str
    origin: str
    person: Person
    values: dict[str, str]
    answer: Labels


def compose(rng: random.Random, split: str) -> Case:
    """A case made of templates of one split only: subject, intent, cues, denials and distractors alike."""
    language = rng.choice(LANGUAGES)
    intent = rng.choice(list(INTENTS))
    category = intent.split(".")[0]
    # Half of the cases state an urgency; praise and angry complaints keep the tone that they have.
    urgency = rng.choice(["low", "high", "urgent"]) if rng.random() < 0.5 else None
    fixed = INTENTS[intent].sentiment != "neutral"
    tone = None if rng.random() < 0.45 else rng.choice(["negative", "positive"])
    tone = tone if not fixed or tone == INTENTS[intent].sentiment else None
    repeated = intent != "information.praise" and rng.random() < 0.25

    def say(section: str, key: str = "any") -> str:
        return draw(rng, language, section, key, split)

    sentences = [say("core", intent)]
    opening, closing = [], []
    # In training some say it twice, in different words: that teaches which words mean the same.
    if split == "train" and rng.random() < 0.3:
        sentences.append(say("core", intent))
    # And many training cases say nothing else: intents are harder to learn than urgency and tone.
    if split == "train" and rng.random() < 0.3:
        urgency, tone, repeated = None, None, False
    else:
        for sentence in surroundings(rng, say, category, urgency, tone, repeated):
            sentences.insert(rng.randrange(len(sentences) + 1), sentence)
        opening = [say("opening")] if rng.random() < 0.7 else []
        closing = [say("closing")] if rng.random() < 0.7 else []
    # People put a vague subject over a precise message, so technical subjects are shared.
    subject = say("subject", "technical.vague" if category == "technical" and rng.random() < 0.3 else intent)
    person = Person(rng, language)
    message = rng.choice(["\n", " ", " "]).join([*opening, " ".join(sentences), *closing])
    return Case(
        language,
        subject,
        message,
        rng.choice(ORIGINS),
        person,
        public_values(rng, language, split) | person.values(),
        label(intent, urgency, tone, repeated),
    )


def surroundings(
    rng: random.Random, say: Callable[..., str], category: str, urgency: str | None, tone: str | None, repeated: bool
) -> list[str]:
    """The sentences around the matter: what it is not about, how urgent, in which tone, and things beside it."""
    sentences = [say("distractor") for _ in range(rng.choice([0, 0, 1, 1, 2]))]
    if rng.random() < 0.25:
        sentences.append(say("denial", rng.choice([other for other in _DENIABLE if other != category])))
    sentences += [say("urgency", urgency)] if urgency else []
    sentences += [say("tone", tone)] if tone else []
    sentences += [say("repeat")] if repeated else []
    return sentences


def fill(template: str, values: dict[str, str]) -> str:
    """Closes the slots."""
    return re.sub(r"\{(\w+)\}", lambda slot: values[slot[1]], template)


def prompt(rng: random.Random, case: Case, rough: bool) -> str:
    """The user message as the adapter sends it; rough text has typos, lost capitals and missing fields."""
    shown = obscure(rng, case.values)
    fields = {
        "Subject": fill(case.subject, shown),
        "Channel": case.origin,
        "Product": case.values["product"],
        "Message": fill(case.message, shown),
    }
    if rough and rng.random() < 0.6:
        fields["Message"] = roughen(rng, fields["Message"])
    for name, odds in (("Subject", 0.12), ("Channel", 0.12), ("Product", 0.2)):
        if rng.random() < odds:
            del fields[name]
    return "\n".join(f"{name}: {value}" for name, value in fields.items())


def roughen(rng: random.Random, text: str) -> str:
    """Typos, lost capitals, words out of order, lost or swapped, so that the model leans on no single word."""
    text = text.lower() if rng.random() < 0.3 else text
    words = text.split(" ")
    if rng.random() < 0.15:
        places = [at + rng.uniform(0, 3) for at in range(len(words))]
        words = [word for _, word in sorted(zip(places, words, strict=True))]
    loss = rng.choice([0.0, 0.04, 0.1])
    rough = []
    for word in words:
        chance = rng.random()
        if word.lower() not in _NEGATIONS and chance < loss:
            if chance < loss / 2:
                rough.append(rng.choice(words))
            continue
        if chance > 0.95 and len(word) > 4 and "⟦" not in word:
            at = rng.randrange(1, len(word) - 2)
            word = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
        rough.append(word)
    return " ".join(rough)


def answer(labels: Labels) -> str:
    """The answer as the model writes it: no spaces, keys in their order."""
    return json.dumps(labels, separators=(",", ":"))


def examples(split: str, count: int, seed: int) -> list[tuple[str, str]]:
    """Pairs of user message and answer. Rough text belongs to training; the others are read as written."""
    rng = random.Random(f"{split}:{seed}")
    return [
        (prompt(rng, case, rough=split == "train"), answer(case.answer))
        for case in (compose(rng, split) for _ in range(count))
    ]


if __name__ == "__main__":
    options = argparse.ArgumentParser(description="Prints examples of one split as JSON lines.")
    options.add_argument("split", choices=SPLITS)
    options.add_argument("--count", type=int, default=1000)
    options.add_argument("--seed", type=int, default=1)
    chosen = options.parse_args()
    for user, expected in examples(chosen.split, chosen.count, chosen.seed):
        print(json.dumps({"user": user, "expected": expected}, ensure_ascii=False))
