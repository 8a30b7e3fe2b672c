"""Polls in a talk: how they are told, voted in, and shown."""
