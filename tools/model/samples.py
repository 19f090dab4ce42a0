"""Writes samples.jsonl: held-back cases as CRM records in clear, for the sample CRM of the local stack."""

import json
import random
from pathlib import Path

from generate import Case, compose, fill

COUNT = 300
SEED = 2026
_ACCOUNTS = [
    "Lindholm Clinic",
    "Harbor Lane Foods",
    "Deichtor Logistik",
    "Praxis am Markt",
    "Old Oak Books",
    "Werft Nord",
]


def record(rng: random.Random, case: Case) -> dict[str, object]:
    """One line: the record, its language, and the answer that it deserves."""
    fields = {
        "Subject": fill(case.subject, case.values),
        "Description": fill(case.message, case.values),
        "Origin": case.origin,
        "Product__c": case.values["product"],
        "ContactName": case.person.name,
        "ContactEmail": case.person.email,
        "ContactPhone": case.person.phone,
        "AccountName": rng.choice(_ACCOUNTS),
    }
    if rng.random() < 0.3:
        fields["BirthDate"] = f"{rng.randrange(1950, 2005)}-{rng.randrange(1, 13):02d}-{rng.randrange(1, 29):02d}"
    if rng.random() < 0.3 or "{iban}" in case.message:
        fields["IBAN"] = case.person.iban
    return {"object": "Case", "fields": fields, "expected": case.answer, "language": case.language}


def main() -> None:
    rng = random.Random(SEED)
    lines = [json.dumps(record(rng, compose(rng, "held")), ensure_ascii=False) for _ in range(COUNT)]
    (Path(__file__).parent / "samples.jsonl").write_text("\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    main()
