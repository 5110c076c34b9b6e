"""Adapters: they turn what a platform says into calls on the core, and what the core answers into what it shows."""
