"""Runs Presidio's pattern recognisers over texts, for the benchmark `detect`.

Input, one JSON object on standard input: {"samples": [{"language", "text"}], "fields": [...], "notes": [...]}.
Output, one JSON object: the version, the spans of each sample, and fields and notes a second of processor time.
A blank spaCy pipeline splits words and knows no names, so no model has to be had.
"""

import json
import sys
import time
from importlib.metadata import version

import spacy
from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
from presidio_analyzer.nlp_engine import SpacyNlpEngine

job = json.load(sys.stdin)
languages = sorted({sample["language"] for sample in job["samples"]} | {"en"})


class BlankNlpEngine(SpacyNlpEngine):
    """spaCy's tokenizers alone."""

    def __init__(self):
        super().__init__(models=[{"lang_code": code, "model_name": "blank"} for code in languages])
        self.nlp = {code: spacy.blank(code) for code in languages}

    def load(self):
        pass


registry = RecognizerRegistry(supported_languages=languages)
registry.load_predefined_recognizers(languages=languages)
engine = AnalyzerEngine(
    nlp_engine=BlankNlpEngine(), registry=registry, supported_languages=languages
)


def find(text, language="en"):
    return engine.analyze(text=text, language=language)


spans = [
    [
        {"start": r.start, "end": r.end, "entity": r.entity_type, "score": r.score}
        for r in find(s["text"], s["language"])
    ]
    for s in job["samples"]
]


def per_second(texts, least=5.0):
    for text in texts[:20]:
        find(text)
    calls, start, until = 0, time.process_time(), time.monotonic() + least
    while time.monotonic() < until:
        find(texts[calls % len(texts)])
        calls += 1
    return calls / (time.process_time() - start)


json.dump(
    {
        "version": version("presidio-analyzer"),
        "spans": spans,
        "fieldsPerSecond": per_second(job["fields"]),
        "notesPerSecond": per_second(job["notes"]),
    },
    sys.stdout,
)
