"""One messenger a file: updates in, screens out."""
