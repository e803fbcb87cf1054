"""The rules: pure domain and use cases; the standard library only (numpy in `quality`)."""
