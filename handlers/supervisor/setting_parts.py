"""What the buttons of a draft's parts set, and what a supervisor writes or sends for them."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from handlers.identity import Actor
from handlers.notice_buttons import SetPart, Setting
from handlers.screens import Event, EventKind, Reply, Screen
from handlers.supervisor.choosing_audience import ChoosingAudience
from handlers.supervisor.draft_parts import (
    FOR_ALL,
    kind_screen,
    media_screen,
    receipt_screen,
    when_screen,
    write_answers_screen,
    write_text_screen,
    write_time_screen,
)
from handlers.supervisor.drafts import Drafts, read_awaited, stale
from handlers.supervisor.written_input import (
    Unreadable,
    read_answers,
    read_bounds,
    read_time,
    read_worker_ids,
)
from handlers.words import LANGUAGES, Words
from tasks.model.identifiers import ImageId, VoiceId
from tasks.model.notice import ALL_LANGUAGES, Notice, NoticeKind, Receipt
from tasks.noticing.drafting import Draft, Edit

EVENING, MORNING = 18, 8
ASKED_FOR = ("text", "media", "answers", "time", "list", "earned")


@dataclass(frozen=True, slots=True)
class SettingParts:
    """All raise NotSupervisor and OutsideScope."""

    drafts: Drafts
    audience: ChoosingAudience

    async def set(self, actor: Actor, button: SetPart) -> Reply:
        """What the button says; nothing if no button of ours says that."""
        reply = await self._set(actor, button)
        return reply or Reply(
            toast=actor.words("This button does not work any more. Write /start to see the menu.")
        )

    async def _set(self, actor: Actor, button: SetPart) -> Reply | None:
        value = button.value
        match button.setting:
            case Setting.TEXT if value in (FOR_ALL, *LANGUAGES):
                return await self._ask_for_text(actor, button)
            case Setting.RECEIPT if value in tuple(Receipt):
                return await self._set_receipt(actor, button)
            case Setting.WHEN:
                return await self._set_time(actor, button)
            case _ if (change := _plain_change(button)) is not None:
                return await self._change(actor, button, *change)
            case _:
                return await self.audience.set(actor, button)

    async def written(self, actor: Actor, event: Event, awaited: str) -> Reply | None:
        """Takes what she was asked to write or to send. None if another program asked for it."""
        asked = read_awaited(awaited)
        if asked is None or asked[1] not in ASKED_FOR:
            return None
        notice_id, what, detail = asked
        try:
            edit = await self._edit_of(actor, event, what, detail)
        except Unreadable as error:
            return Reply((Screen(str(error)),))
        if edit is None:
            return Reply((Screen(_wanted(actor.words, what)),))
        draft = await self.drafts.edit(actor, notice_id, edit)
        if draft is None:
            return Reply((Screen(stale(actor).toast),))
        if what == "answers" and (following := _following(draft.notice, _language(detail))) is not None:
            return await self._ask_for_answers(actor, draft.notice, following)
        await self.drafts.await_nothing(actor)
        return Reply((await self.drafts.card(actor, draft),))

    async def _edit_of(self, actor: Actor, event: Event, what: str, detail: str) -> Edit | None:
        if event.attachment is not None and what in ("text", "media"):
            return await self._attached(event, detail)
        if event.kind is not EventKind.TEXT:
            return None
        if what == "text":
            return lambda old: _with_text(old, detail, event.text)
        if what == "answers":
            answers = read_answers(actor.words, event.text)
            return lambda old: _with_answers(old, detail, answers)
        if what == "time":
            moment = read_time(actor.words, event.text, self.drafts.now(actor))
            return lambda old: replace(old, local_time=moment)
        facts = await self._audience_facts(actor, event, what)
        return None if facts is None else lambda old: replace(old, audience=replace(old.audience, **facts))

    async def _audience_facts(self, actor: Actor, event: Event, what: str) -> dict[str, Any] | None:
        if what == "list":
            return {"worker_ids": read_worker_ids(actor.words, event.text)}
        if what == "earned":
            low, high = read_bounds(actor.words, event.text, await self.audience.currency())
            return {"earned_min": low, "earned_max": high}
        return None

    async def _attached(self, event: Event, detail: str) -> Edit:
        """The picture or voice note; the words below it are the text, if a text was awaited."""
        attachment = event.attachment
        assert attachment is not None
        await self.drafts.use_cases.keep_attachment(attachment)
        is_voice = event.kind is EventKind.VOICE
        picture = None if is_voice else ImageId(attachment.id)
        voice = VoiceId(attachment.id) if is_voice else None

        def edit(old: Notice) -> Notice:
            edited = replace(old, picture=picture, voice=voice)
            if event.text and (detail or not old.texts):
                return _with_text(edited, detail or FOR_ALL, event.text)
            return edited

        return edit

    async def _ask_for_text(self, actor: Actor, button: SetPart) -> Reply:
        draft = await self.drafts.use_cases.show_draft(actor.account, button.notice_id)
        if draft is None:
            return stale(actor)
        await self.drafts.await_for(actor, button.notice_id, "text", button.value)
        return Reply((write_text_screen(actor.words, draft.notice, _language(button.value)),))

    async def _set_receipt(self, actor: Actor, button: SetPart) -> Reply:
        receipt = Receipt(button.value)

        def edit(old: Notice) -> Notice:
            return replace(old, receipt=receipt, answers=old.answers if receipt is old.receipt else {})

        draft = await self.drafts.edit(actor, button.notice_id, edit)
        if draft is None:
            return stale(actor)
        if receipt is Receipt.POLL:
            return await self._ask_for_answers(actor, draft.notice, _first_language(draft.notice))
        return Reply((receipt_screen(actor.words, draft.notice),))

    async def _ask_for_answers(self, actor: Actor, notice: Notice, language: str) -> Reply:
        await self.drafts.await_for(actor, notice.id, "answers", language or FOR_ALL)
        return Reply((write_answers_screen(actor.words, notice, language),))

    async def _set_time(self, actor: Actor, button: SetPart) -> Reply | None:
        if button.value == "write":
            draft = await self.drafts.use_cases.show_draft(actor.account, button.notice_id)
            if draft is None:
                return stale(actor)
            await self.drafts.await_for(actor, button.notice_id, "time")
            return Reply((write_time_screen(actor.words, draft.notice),))
        now = self.drafts.now(actor)
        times = {
            "now": None,
            "t18": _at(now, 0, EVENING),
            "m08": _at(now, 1, MORNING),
            "m18": _at(now, 1, EVENING),
        }
        if button.value not in times:
            return None
        moment = times[button.value]
        if moment is not None and moment <= now:
            return Reply(toast=actor.words("That time is past. Choose a later one."), alert=True)
        return await self._change(actor, button, lambda old: replace(old, local_time=moment), when_screen)

    async def _change(
        self,
        actor: Actor,
        button: SetPart,
        edit: Edit,
        screen: Callable[[Words, Notice], Screen],
    ) -> Reply:
        draft: Draft | None = await self.drafts.edit(actor, button.notice_id, edit)
        return stale(actor) if draft is None else Reply((screen(actor.words, draft.notice),))


def _plain_change(button: SetPart) -> tuple[Edit, Callable[[Words, Notice], Screen]] | None:
    """The change that a button says by itself, and the screen that shows it."""
    value = button.value
    if button.setting is Setting.MEDIA and value == "none":
        return lambda old: replace(old, picture=None, voice=None), media_screen
    if button.setting is Setting.KIND and value in tuple(NoticeKind):
        return lambda old: replace(old, kind=NoticeKind(value)), kind_screen
    if button.setting is Setting.URGENT and value in ("y", "n"):
        return lambda old: replace(old, urgent=value == "y"), when_screen
    return None


def _language(value: str) -> str:
    return ALL_LANGUAGES if value == FOR_ALL else value


def _with_text(old: Notice, value: str, text: str) -> Notice:
    """One text for all, or one for each language, never both."""
    language = _language(value)
    if language == ALL_LANGUAGES:
        return replace(old, texts={ALL_LANGUAGES: text})
    others = {key: kept for key, kept in old.texts.items() if key != ALL_LANGUAGES}
    return replace(old, texts=others | {language: text})


def _with_answers(old: Notice, value: str, answers: tuple[str, ...]) -> Notice:
    language = _language(value)
    if language == ALL_LANGUAGES:
        return replace(old, answers={ALL_LANGUAGES: answers})
    others = {key: kept for key, kept in old.answers.items() if key != ALL_LANGUAGES}
    return replace(old, answers=others | {language: answers})


def _first_language(notice: Notice) -> str:
    return next(iter(notice.texts), ALL_LANGUAGES)


def _following(notice: Notice, language: str) -> str | None:
    """The language whose answers are asked for after those in that one; None after the last."""
    languages = list(notice.texts)
    if language not in languages:
        return None
    return next(iter(languages[languages.index(language) + 1 :]), None)


def _wanted(words: Words, what: str) -> str:
    """Says what was asked for, to whoever sent something of another kind."""
    if what == "media":
        return words("Please send a picture or a voice note, or press “Back” above.")
    return words("Please write it as a text, or press “Back” above.")


def _at(now: datetime, days: int, hour: int) -> datetime:
    return (now + timedelta(days=days)).replace(hour=hour, minute=0, second=0, microsecond=0)
