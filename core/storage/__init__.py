"""The database: engine, schema, migrations, backup. The only place that knows the SQL engine's details."""

from core.storage import schema
from core.storage.answers import AnswerStore, StoredAnswer
from core.storage.engine import Storage
from core.storage.inbox import Inbox

__all__ = ["AnswerStore", "Inbox", "Storage", "StoredAnswer", "schema"]
