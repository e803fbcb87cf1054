"""Sentences in the form that goes with a number, for the command line, which speaks English alone.

What the bot says comes from ``handlers.words``, in each language.
"""


def plural(one: str, many: str, count: int, /, **facts: object) -> str:
    """The sentence in the form that goes with that number, which stands in it as ``{count}``."""
    return (one if count == 1 else many).format_map({"count": count, **facts})
