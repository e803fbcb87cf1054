"""A Telegram in memory, over HTTP, with a phone in the browser: for tests, demo and benchmarks."""
