"""The tables. A column called `user`, `owner` or `profile` says whose a row is: export and erase go by it."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Double,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

metadata = MetaData()

PERSONAL_COLUMNS = ("user", "owner", "profile")

STATUSES = ("seen", "dropped", "dismissed", "planned")

profiles = Table(
    "profiles",
    metadata,
    Column("profile", Integer, primary_key=True),
    Column("created_at", Integer, nullable=False),
    Column("language", String(8)),
    Column("novelty", Float),
    Column("min_members", Integer),
    Column("private", Boolean, nullable=False, default=False),
    Column("spoilers", Boolean, nullable=False, default=False),
    Column("adult", Boolean, nullable=False, default=False),
    Column("blocked_tags", Text, comment="joined by commas"),
    comment="What one person set; accounts on several platforms may share one.",
)

accounts = Table(
    "accounts",
    metadata,
    Column("user", String(80), primary_key=True, comment="platform:id"),
    Column(
        "profile", Integer, ForeignKey("profiles.profile", ondelete="CASCADE"), nullable=False, index=True
    ),
)

entries = Table(
    "entries",
    metadata,
    Column("profile", Integer, ForeignKey("profiles.profile", ondelete="CASCADE"), primary_key=True),
    Column("mal_id", Integer, primary_key=True),
    Column("favourite", Boolean, nullable=False, default=False),
    Column("status", String(10)),
    Column("score", Float),
    Column("note", Text),
    Column("added_at", Double, nullable=False, comment="seconds since 1970, UTC"),
    CheckConstraint(f"status IS NULL OR status IN {STATUSES}", name="status_known"),
    CheckConstraint("score IS NULL OR (score >= 1 AND score <= 10)", name="score_range"),
    comment="Favourites, and what was seen, dropped, dismissed or planned.",
)

imported_entries = Table(
    "imported_entries",
    metadata,
    Column("profile", Integer, primary_key=True),
    Column("mal_id", Integer, primary_key=True),
    Column("entry", Text, nullable=False, comment="JSON: as it was in the imported list"),
    ForeignKeyConstraint(["profile", "mal_id"], ["entries.profile", "entries.mal_id"], ondelete="CASCADE"),
    comment="What a list said beyond an entry (progress, dates, tags), so that an export gives it back.",
)

unmatched_entries = Table(
    "unmatched_entries",
    metadata,
    Column("id", Integer, primary_key=True),
    Column(
        "profile", Integer, ForeignKey("profiles.profile", ondelete="CASCADE"), nullable=False, index=True
    ),
    Column("name", Text, nullable=False),
    Column("entry", Text, nullable=False, comment="JSON: as it was in the imported list"),
    comment="Entries of imported lists that match no title; kept so that an export gives them back.",
)

cleared = Table(
    "cleared",
    metadata,
    Column("id", String(24), primary_key=True),
    Column(
        "profile", Integer, ForeignKey("profiles.profile", ondelete="CASCADE"), nullable=False, index=True
    ),
    Column("favourites", Text, nullable=False, comment="JSON: the favourites that were cleared, for undo"),
    Column("expires_at", Integer, nullable=False),
)

link_codes = Table(
    "link_codes",
    metadata,
    Column("code", String(16), primary_key=True),
    Column(
        "profile", Integer, ForeignKey("profiles.profile", ondelete="CASCADE"), nullable=False, index=True
    ),
    Column("expires_at", Integer, nullable=False),
)

servers = Table(
    "servers",
    metadata,
    Column("server", String(80), primary_key=True, comment="platform:id"),
    Column("adult", Boolean, nullable=False, default=False),
    Column("language", String(8)),
    Column("blocked_tags", Text, comment="joined by commas"),
)

left_places = Table(
    "left_places",
    metadata,
    Column("server", String(80), primary_key=True, comment="platform:id"),
    Column("left_at", Integer, nullable=False, index=True),
    comment="Places that the bot was removed from: what is kept of them is erased after a while.",
)

answers = Table(
    "answers",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("owner", String(80), nullable=False, index=True),
    Column("reply", Text, nullable=False, comment="JSON: the reply whose buttons these are"),
    Column("expires_at", Integer, nullable=False, index=True),
)

presses = Table(
    "presses",
    metadata,
    Column("answer", String(16), ForeignKey("answers.id", ondelete="CASCADE"), primary_key=True),
    Column("choice", String(16), primary_key=True),
    Column("user", String(80), primary_key=True, index=True),
    comment="Buttons that act once, and have.",
)

inbox = Table(
    "inbox",
    metadata,
    Column("event", String(80), primary_key=True, comment="platform:id of the event"),
    Column("user", String(80), index=True),
    Column(
        "payload", Text, comment="the event, until it is answered, where the platform does not send it again"
    ),
    Column("received_at", Integer, nullable=False, index=True),
    Column("answered_at", Integer),
    Column(
        "showing", String(80), comment="the platform's id of our message that tells how far the answer is"
    ),
    comment="Events received, so that each is answered once, also across a restart.",
)

gallery_faces = Table(
    "gallery_faces",
    metadata,
    Column("id", Integer, primary_key=True, comment="never used twice"),
    Column("server", String(80), nullable=False, index=True, comment="platform:id"),
    Column("character", String(100), nullable=False),
    Column("display", String(100), nullable=False),
    Column("series", String(100)),
    Column("embedder", String(100), nullable=False, comment="model@checksum"),
    Column("vector", LargeBinary, nullable=False, comment="float16, little-endian, of length 1"),
    Column("face_hash", String(64), nullable=False),
    Column("user", String(80), nullable=False, index=True, comment="who added it"),
    Column("added_at", Integer, nullable=False),
    Column("removal", String(16), index=True, comment="set where it was removed, for undo"),
    Column("removed_at", Integer),
    comment="Faces that servers named: what a model made of them, never the pictures.",
    sqlite_autoincrement=True,
)

gallery_log = Table(
    "gallery_log",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("server", String(80), nullable=False, index=True),
    Column("user", String(80), nullable=False, index=True),
    Column("action", String(10), nullable=False, comment="add, remove or undo"),
    Column("character", String(100), nullable=False),
    Column("faces", Integer, nullable=False),
    Column("said", String(100), comment="whom the bot had named instead, where it was corrected"),
    Column("at", Integer, nullable=False),
    comment="Who changed a server's gallery, for its moderators.",
)

art_channels = Table(
    "art_channels",
    metadata,
    Column("channel", String(80), primary_key=True, comment="platform:id"),
    Column("server", String(80), nullable=False, index=True),
    Column("style", Text, nullable=False, comment="JSON: what its replies show"),
    Column("since", Integer, nullable=False),
)

art_ignored = Table(
    "art_ignored",
    metadata,
    Column("channel", String(80), primary_key=True),
    Column("user", String(80), primary_key=True),
    Column("server", String(80), index=True, comment="platform:id; none where an older version noted it"),
    comment="Members whose pictures moderators want left alone.",
)

art_opted_out = Table(
    "art_opted_out",
    metadata,
    Column("user", String(80), primary_key=True),
    comment="Members who want their own pictures left alone everywhere.",
)

art_posts = Table(
    "art_posts",
    metadata,
    Column("message", String(120), primary_key=True, comment="platform:channel/message"),
    Column("channel", String(80), nullable=False, index=True),
    Column("server", String(80)),
    Column("user", String(80), nullable=False, index=True, comment="who posted it"),
    Column("link", Text),
    Column("posted_at", Double, nullable=False, comment="seconds since 1970, UTC"),
    Column("reply", String(80), comment="the platform's id of our reply"),
)

art_pictures = Table(
    "art_pictures",
    metadata,
    Column("message", String(120), ForeignKey("art_posts.message", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("user", String(80), nullable=False, index=True),
    Column("digest", String(64), nullable=False, index=True, comment="sha256 of the file"),
    Column("hash", String(16), nullable=False, comment="perceptual, 64 bits"),
    Column("tags", Text, nullable=False, comment="JSON: [name, category, score]"),
    Column("vectors", LargeBinary, nullable=False, comment="float16, little-endian, one row a face"),
    Column("faces", Integer, nullable=False),
    Column("embedder", String(120), nullable=False),
    comment="What was found in a posted picture; never the picture.",
)

art_corrections = Table(
    "art_corrections",
    metadata,
    Column("message", String(120), ForeignKey("art_posts.message", ondelete="CASCADE"), primary_key=True),
    Column("tag", String(120), primary_key=True),
    Column("added", Boolean, nullable=False),
    Column("user", String(80), nullable=False, index=True),
    Column("at", Integer, nullable=False),
    comment="Tags that people took away or added; they win over the model.",
)
