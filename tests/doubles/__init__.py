"""Strict loopback servers that play the chat platforms for the unmodified client libraries."""
