"""Notices: written, confirmed, planned, sent, read, watched, and taken back."""
