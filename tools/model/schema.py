"""Writes answer.schema.json, the JSON schema of an answer, from the labels."""

import json
from pathlib import Path

from labels import CATEGORIES, PRIORITIES, REPLIES, SENTIMENTS

_VALUES = {"category": CATEGORIES, "priority": PRIORITIES, "sentiment": SENTIMENTS, "reply": REPLIES}

if __name__ == "__main__":
    schema = {
        "type": "object",
        "properties": {name: {"type": "string", "enum": values} for name, values in _VALUES.items()},
        "required": list(_VALUES),
        "additionalProperties": False,
    }
    (Path(__file__).parent / "answer.schema.json").write_text(json.dumps(schema, indent=2) + "\n", "utf-8")
