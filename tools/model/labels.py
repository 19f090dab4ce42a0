"""The answer a case deserves, decided by what the customer wants, how urgent and in which tone."""

from typing import NamedTuple, TypedDict

CATEGORIES = ["billing", "refund", "delivery", "technical", "account", "cancellation", "complaint", "information"]
PRIORITIES = ["low", "normal", "high", "urgent"]
SENTIMENTS = ["negative", "neutral", "positive"]
REPLIES = [
    "ask-details", "refund-started", "delivery-trace", "technical-steps", "reset-access",
    "confirm-cancellation", "apologise-escalate", "give-information", "explain-invoice",
]  # fmt: skip


class Labels(TypedDict):
    """One answer; the keys in the order in which the model writes them."""

    category: str
    priority: str
    sentiment: str
    reply: str


class Intent(NamedTuple):
    """What an intent means when the text says nothing else about urgency or tone."""

    reply: str
    priority: str
    sentiment: str = "neutral"


INTENTS = {
    "billing.explain": Intent("explain-invoice", "normal"),
    "billing.double": Intent("refund-started", "high"),
    "refund.status": Intent("refund-started", "normal"),
    "refund.request": Intent("ask-details", "normal"),
    "delivery.late": Intent("delivery-trace", "normal"),
    "delivery.damaged": Intent("ask-details", "normal"),
    "technical.fault": Intent("technical-steps", "normal"),
    "technical.vague": Intent("ask-details", "normal"),
    "technical.outage": Intent("apologise-escalate", "urgent"),
    "account.locked": Intent("reset-access", "high"),
    "account.change": Intent("ask-details", "low"),
    "cancellation.order": Intent("confirm-cancellation", "normal"),
    "cancellation.terms": Intent("give-information", "low"),
    "complaint.service": Intent("apologise-escalate", "high", "negative"),
    "complaint.promise": Intent("apologise-escalate", "high", "negative"),
    "information.product": Intent("give-information", "low"),
    "information.praise": Intent("give-information", "low", "positive"),
}


def label(intent: str, urgency: str | None, tone: str | None, repeated: bool) -> Labels:
    """A stated urgency or tone wins over the intent's own; an angry customer who writes again is escalated."""
    usual = INTENTS[intent]
    sentiment = tone or usual.sentiment
    escalate = repeated and sentiment == "negative"
    return {
        "category": intent.split(".")[0],
        "priority": urgency or usual.priority,
        "sentiment": sentiment,
        "reply": "apologise-escalate" if escalate else usual.reply,
    }
