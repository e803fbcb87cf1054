"""One file per aggregate; each returns dataclasses, never rows."""
