"""HTML parse mode, with the service's complaints."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

from bot.emulator.entities import RichText, RichTextBuilder, cannot_parse

KINDS = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "tg-spoiler": "spoiler",
    "code": "code", "pre": "pre", "blockquote": "blockquote", "a": "text_link", "tg-emoji": "custom_emoji",
    "span": "spoiler",
}  # fmt: skip
TAG = re.compile(r"<(?P<end>/?)(?P<name>[^\s<>]*)(?P<attributes>[^>]*)>")
ATTRIBUTE = re.compile(r"""([a-zA-Z-]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?""")
CHARACTER = re.compile(r"&(?:#\d+|#x[0-9a-fA-F]+|lt|gt|amp|quot);")


@dataclass(slots=True)
class OpenTag:
    name: str
    start: int
    attributes: dict[str, str]
    byte_offset: int


def parse_html(source: str) -> RichText:
    """The words and entities, or 400 "can't parse entities"."""
    built = RichTextBuilder()
    stack: list[OpenTag] = []
    position = 0
    while position < len(source):
        start = source.find("<", position)
        plain_end = len(source) if start < 0 else start
        built.add(CHARACTER.sub(lambda match: html.unescape(match.group()), source[position:plain_end]))
        if start < 0:
            break
        position = _read_tag(source, start, built, stack)
    if stack:
        raise cannot_parse(f'Can\'t find end tag corresponding to start tag "{stack[-1].name}"')
    return built.finish()


def _read_tag(source: str, start: int, built: RichTextBuilder, stack: list[OpenTag]) -> int:
    byte_offset = len(source[:start].encode())
    match = TAG.match(source, start)
    if match is None:
        raise cannot_parse(f"Unclosed start tag at byte offset {byte_offset}")
    name = match["name"].lower()
    if match["end"]:
        _close(name, byte_offset, built, stack)
        return match.end()
    attributes = {
        found[0].lower(): html.unescape(found[1] or found[2] or found[3])
        for found in ATTRIBUTE.findall(match["attributes"])
    }
    known = name in KINDS and (name != "span" or attributes.get("class") == "tg-spoiler")
    if not known:
        if name == "span":
            raise cannot_parse(f'Tag "span" must have class "tg-spoiler" at byte offset {byte_offset}')
        raise cannot_parse(f'Unsupported start tag "{name}" at byte offset {byte_offset}')
    stack.append(OpenTag(name, built.length, attributes, byte_offset))
    return match.end()


def _close(name: str, byte_offset: int, built: RichTextBuilder, stack: list[OpenTag]) -> None:
    if not stack:
        raise cannot_parse(f"Unexpected end tag at byte offset {byte_offset}")
    tag = stack.pop()
    if name and name != tag.name:
        expected = f'expected "</{tag.name}>", found "</{name}>"'
        raise cannot_parse(f"Unmatched end tag at byte offset {byte_offset}, {expected}")
    _add_entity(tag, built, stack)


def _add_entity(tag: OpenTag, built: RichTextBuilder, stack: list[OpenTag]) -> None:
    kind = KINDS[tag.name]
    language = tag.attributes.get("class", "").removeprefix("language-")
    if tag.name == "code" and stack and stack[-1].name == "pre" and stack[-1].start == tag.start:
        # <pre><code class="language-…"> is one entity; the outer tag carries the language.
        stack[-1].attributes["class"] = f"language-{language}"
    elif kind == "pre":
        built.close(kind, tag.start, **({"language": language} if language else {}))
    elif kind == "text_link":
        # An <a> without href takes its words for the address, and one that is no address stays plain words.
        address = tag.attributes.get("href") or built.text_from(tag.start)
        if "." in address or ":" in address:
            built.close(kind, tag.start, url=address if ":" in address else f"http://{address}/")
    elif kind == "custom_emoji":
        built.close(kind, tag.start, custom_emoji_id=tag.attributes.get("emoji-id", ""))
    elif kind == "blockquote" and "expandable" in tag.attributes:
        built.close("expandable_blockquote", tag.start)
    else:
        built.close(kind, tag.start)
