"""Selection, posterior, stopping, pace: small and pure."""
