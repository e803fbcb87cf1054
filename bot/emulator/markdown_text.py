"""MarkdownV2 parse mode, with the service's complaints."""

from __future__ import annotations

from dataclasses import dataclass

from bot.emulator.entities import RichText, RichTextBuilder, cannot_parse

RESERVED = "_*[]()~`>#+-=|{}.!"
# The longer mark is looked for first: two underscores are an underline, never two italics.
MARKS = {"||": "spoiler", "__": "underline", "*": "bold", "_": "italic", "~": "strikethrough"}
NAMES = {
    "spoiler": "Spoiler", "underline": "Underline", "bold": "Bold", "italic": "Italic",
    "strikethrough": "Strikethrough", "text_link": "TextUrl", "code": "Code", "pre": "Pre",
}  # fmt: skip


@dataclass(slots=True)
class OpenMark:
    kind: str
    start: int
    byte_offset: int


def parse_markdown(source: str) -> RichText:
    """The words and entities, or 400 "can't parse entities"."""
    return _Reader(source).read()


class _Reader:
    def __init__(self, source: str) -> None:
        self.source = source
        self.position = 0
        self.built = RichTextBuilder()
        self.stack: list[OpenMark] = []
        self.quote_start: int | None = None

    def read(self) -> RichText:
        while self.position < len(self.source):
            self._step()
        if self.stack:
            raise self._no_end(self.stack[-1].kind, self.stack[-1].byte_offset)
        self._end_quote()
        return self.built.finish()

    def _step(self) -> None:
        source, position = self.source, self.position
        character = source[position]
        following = source[position + 1 : position + 2]
        if character == "\\" and following and ord(following) < 128:  # noqa: PLR2004
            self._take(following, 2)
        elif character == "\n":
            self._end_line()
        elif character == ">" and (position == 0 or source[position - 1] == "\n"):
            self.quote_start = self.built.length if self.quote_start is None else self.quote_start
            self.position += 1
        elif character == "`":
            self._code()
        elif character in "[]":
            self._link(character)
        elif (mark := self._mark()) is not None:
            self._toggle(mark)
        elif character in RESERVED:
            words = f"Character '{character}' is reserved and must be escaped with the preceding '\\'"
            raise cannot_parse(words)
        else:
            self._take(character, 1)

    def _take(self, text: str, length: int) -> None:
        self.built.add(text)
        self.position += length

    def _byte_offset(self) -> int:
        return len(self.source[: self.position].encode())

    @staticmethod
    def _no_end(kind: str, byte_offset: int) -> Exception:
        return cannot_parse(f"Can't find end of {NAMES[kind]} entity at byte offset {byte_offset}")

    def _mark(self) -> str | None:
        return next((mark for mark in MARKS if self.source.startswith(mark, self.position)), None)

    def _toggle(self, mark: str) -> None:
        kind = MARKS[mark]
        if self.stack and self.stack[-1].kind == kind:
            self.built.close(kind, self.stack.pop().start)
        elif any(opened.kind == kind for opened in self.stack):
            raise self._no_end(self.stack[-1].kind, self.stack[-1].byte_offset)
        else:
            self.stack.append(OpenMark(kind, self.built.length, self._byte_offset()))
        self.position += len(mark)

    def _code(self) -> None:
        fence = "```" if self.source.startswith("```", self.position) else "`"
        kind = "pre" if fence == "```" else "code"
        first = self.position + len(fence)
        last = self.source.find(fence, first)
        if last < 0:
            raise self._no_end(kind, self._byte_offset())
        inside = self.source[first:last]
        facts: dict[str, str | bool] = {}
        head, newline, rest = inside.partition("\n")
        if kind == "pre" and newline and " " not in head:
            inside = rest
            facts = {"language": head} if head else {}
        start = self.built.length
        self.built.add(inside.replace("\\`", "`").replace("\\\\", "\\"))
        self.built.close(kind, start, **facts)
        self.position = last + len(fence)

    def _link(self, character: str) -> None:
        if character == "[":
            self.stack.append(OpenMark("text_link", self.built.length, self._byte_offset()))
            self.position += 1
            return
        if not self.stack or self.stack[-1].kind != "text_link":
            raise cannot_parse("Character ']' is reserved and must be escaped with the preceding '\\'")
        opened = self.stack.pop()
        self.position += 1
        if self.source.startswith("(", self.position):
            last = self.source.find(")", self.position)
            if last < 0:
                raise cannot_parse(f"Can't find end of a URL at byte offset {self._byte_offset()}")
            self.built.close("text_link", opened.start, url=self.source[self.position + 1 : last])
            self.position = last + 1

    def _end_line(self) -> None:
        if self.quote_start is not None and not self.source.startswith(">", self.position + 1):
            self._end_quote()
        self._take("\n", 1)

    def _end_quote(self) -> None:
        if self.quote_start is not None:
            self.built.close("blockquote", self.quote_start)
            self.quote_start = None
