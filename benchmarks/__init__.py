"""Peers and Tapwork, measured side by side."""
