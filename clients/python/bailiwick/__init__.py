"""Sends CRM records to a cell of Bailiwick."""

from .record_sender import RecordSender, Refused

__all__ = ["RecordSender", "Refused"]
