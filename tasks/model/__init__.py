"""Frozen dataclasses and value types of the domain."""
