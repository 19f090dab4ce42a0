# %% [markdown]
# # Outcomes per purpose
# Reads the outcomes of a grant into DuckDB and reports on them. Runs as a script, or cell by cell as a notebook (VS Code, Jupytext):
#
#     python report.py .bailiwick/grants/eu-central/bi-team outcomes.duckdb
#
# Run it again whenever you like: it goes on where it stopped. A row is stored before its offset is committed, and a row that comes again
# replaces itself, so every outcome counts once.

# %%
import json
import sys
from pathlib import Path

import duckdb
from confluent_kafka import Consumer, KafkaException

folder = Path(sys.argv[1])
database = duckdb.connect(sys.argv[2] if len(sys.argv) > 2 else "outcomes.duckdb")
IDLE_SECONDS = 1.0
BATCH = 500

# %% [markdown]
# ## Store
# One row an event. A later message about an event replaces the earlier one, for example when a held record was released.

# %%
database.execute(
    """CREATE TABLE IF NOT EXISTS outcome (
         event_id VARCHAR PRIMARY KEY, tenant VARCHAR, purpose VARCHAR, outcome VARCHAR, reason VARCHAR,
         answered_in VARCHAR, model VARCHAR, tokens BIGINT, amount DOUBLE, currency VARCHAR,
         duration_ms DOUBLE, finished_at TIMESTAMP, message JSON)"""
)


def row(value: bytes) -> list:
    message = json.loads(value)
    tokens, cost = message["tokens"] or {}, message["cost"] or {}
    return [
        message["eventId"],
        message["tenant"],
        message["purpose"],
        message["outcome"],
        message["reason"],
        message["answeredIn"],
        message["model"],
        sum(tokens.values()) if tokens else None,
        cost.get("amount"),
        cost.get("currency"),
        message["durationMs"],
        message["finishedAt"].rstrip("Z"),
        value.decode(),
    ]


def store(rows: list) -> None:
    if rows:
        marks = ",".join("?" * len(rows[0]))
        # Of an event that comes twice in a batch the later message counts.
        latest = list({values[0]: values for values in rows}.values())
        database.executemany(f"INSERT OR REPLACE INTO outcome VALUES ({marks})", latest)


# %% [markdown]
# ## Consume
# `client.json` came with the grant: brokers, certificate, consumer group. Only committed records are read.

# %%
grant = json.loads((folder / "client.json").read_text())
consumer = Consumer({**grant["config"], "enable.auto.commit": False})
consumer.subscribe(grant["topics"])


def batch(seconds: float) -> list:
    first = consumer.poll(seconds)
    return [] if first is None else [first, *consumer.consume(BATCH - 1, timeout=0.2)]


# The first batch waits for the group to form, later ones only for what is still coming.
taken, records = 0, batch(15.0)
while records:
    for record in records:
        if record.error() is not None:
            raise KafkaException(record.error())
    store([row(record.value()) for record in records])
    consumer.commit(asynchronous=False)
    taken += len(records)
    records = batch(IDLE_SECONDS)
consumer.close()
print(f"{taken} messages taken\n")


# %% [markdown]
# ## Report


# %%
def report(title: str, query: str) -> None:
    result = database.execute(query)
    names = [column[0] for column in result.description]
    lines = [[("-" if value is None else str(value)) for value in line] for line in result.fetchall()]
    widths = [max(len(cell) for cell in column) for column in zip(names, *lines)]
    print(f"## {title}\n")
    for line in (names, ["-" * width for width in widths], *lines):
        print("| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths)) + " |")
    print()


report(
    "Outcomes per purpose",
    """SELECT purpose, count(*) AS records,
         count(*) FILTER (outcome = 'answered') AS answered, count(*) FILTER (outcome = 'held') AS held,
         count(*) FILTER (outcome = 'denied') AS denied, count(*) FILTER (outcome = 'dead-lettered') AS broken,
         round(median(duration_ms)) AS median_ms, round(quantile_cont(duration_ms, 0.95)) AS p95_ms
       FROM outcome GROUP BY purpose ORDER BY records DESC, purpose""",
)
report(
    "Why records were not answered",
    "SELECT purpose, outcome, reason, count(*) AS records FROM outcome WHERE reason IS NOT NULL GROUP BY ALL ORDER BY records DESC, reason",
)
report(
    "Tokens and cost per model and place",
    """SELECT model, answered_in, sum(tokens) AS tokens, round(sum(amount), 6) AS cost, any_value(currency) AS currency,
         count(*) FILTER (amount IS NULL) AS without_price
       FROM outcome WHERE model IS NOT NULL GROUP BY model, answered_in ORDER BY model, answered_in""",
)
report(
    "Personal data found in texts, by kind",
    """SELECT entity, sum((message -> '$.fields.entities' ->> entity)::INT) AS findings
       FROM (SELECT message, unnest(json_keys(message, '$.fields.entities')) AS entity FROM outcome)
       GROUP BY entity ORDER BY findings DESC, entity""",
)
