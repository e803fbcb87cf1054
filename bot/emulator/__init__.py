"""A Telegram in memory, over HTTP, with a phone in the browser: for tests, demo and benchmarks."""

from bot.emulator.emulator import Emulator
from bot.emulator.limits import Limits

__all__ = ["Emulator", "Limits"]
