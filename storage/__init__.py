"""How things are kept: tables, transactions, pictures, files in and out."""
