"""What a worker sees and does."""
