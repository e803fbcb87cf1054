"""The steps that bring a database from one shape to the next; `storage/schema.py` runs them."""
