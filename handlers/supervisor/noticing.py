"""A supervisor writes a notice: one card, edited in place, and a screen for each of its parts."""

from dataclasses import dataclass

from handlers.identity import Actor
from handlers.notice_buttons import (
    Deed,
    DoWithDraft,
    DraftButton,
    LookForAudience,
    OpenPart,
    Part,
    SetPart,
    TogglePlace,
)
from handlers.notice_card import TEST_ID, notice_card
from handlers.screens import Choice, Event, Reply, Screen
from handlers.supervisor.choosing_audience import ChoosingAudience
from handlers.supervisor.draft_card import can_be_shown
from handlers.supervisor.draft_parts import (
    kind_screen,
    media_screen,
    receipt_screen,
    text_screen,
    when_screen,
)
from handlers.supervisor.drafts import Drafts, stale
from handlers.supervisor.notice_words import language_name
from handlers.supervisor.progress import progress_screen
from handlers.supervisor.setting_parts import SettingParts
from handlers.use_cases import UseCases
from tasks.model.identifiers import NoticeId
from tasks.model.notice import ALL_LANGUAGES
from tasks.noticing.drafting import Draft
from tasks.outcomes import Confirmed, NobodyToAsk, NotConfirmed, NothingToConfirm, SecondAsked

PART_SCREENS = {
    Part.TEXT: text_screen,
    Part.MEDIA: media_screen,
    Part.KIND: kind_screen,
    Part.RECEIPT: receipt_screen,
}


@dataclass(frozen=True, slots=True)
class Noticing:
    """All raise NotSupervisor and OutsideScope."""

    use_cases: UseCases
    drafts: Drafts
    audience: ChoosingAudience
    parts: SettingParts

    async def begin(self, actor: Actor) -> Reply:
        """The draft that she left off, or a new one."""
        draft = await self.use_cases.start_notice(actor.account, actor.words.language)
        return Reply((await self.drafts.card(actor, draft),))

    async def pressed(self, actor: Actor, event: Event, button: DraftButton) -> Reply:
        """What a button of the card, or of one of its parts, does. Whatever was awaited is so no more."""
        await self.drafts.await_nothing(actor)
        match button:
            case OpenPart():
                return await self._open(actor, button)
            case SetPart():
                return await self.parts.set(actor, button)
            case LookForAudience():
                return await self.audience.look(actor, button)
            case TogglePlace():
                return await self.audience.toggle_place(actor, button)
            case DoWithDraft():
                return await self._do(actor, event, button)

    async def _open(self, actor: Actor, button: OpenPart) -> Reply:
        draft = await self.use_cases.show_draft(actor.account, button.notice_id)
        if draft is None:
            return stale(actor)
        if button.part is Part.CARD:
            return Reply((await self.drafts.card(actor, draft),))
        if button.part is Part.PEOPLE:
            return Reply((await self.audience.screen(actor, draft),))
        if button.part is Part.PROJECTS:
            return Reply((await self.audience.projects(actor, draft),))
        if button.part is Part.WHEN:
            return Reply((when_screen(actor.words, draft.notice, self.drafts.now(actor)),))
        if button.part is Part.MEDIA:
            await self.drafts.await_for(actor, button.notice_id, "media")
        return Reply((PART_SCREENS[button.part](actor.words, draft.notice),))

    async def _do(self, actor: Actor, event: Event, button: DoWithDraft) -> Reply:
        match button.deed:
            case Deed.PREVIEW | Deed.TEST:
                return await self._show(actor, button)
            case Deed.SEND:
                return await self._send(actor, event, button.notice_id)
            case Deed.DROP:
                return self._ask_to_drop(actor, button.notice_id)
            case Deed.DROP_SURE:
                dropped = await self.use_cases.drop_notice(actor.account, button.notice_id)
                text = actor.words("Thrown away. /broadcast begins a new one.")
                return Reply((Screen(text),)) if dropped else stale(actor)

    async def _show(self, actor: Actor, button: DoWithDraft) -> Reply:
        """As workers see it, in messages of their own, and the card again below them."""
        draft = await self.use_cases.show_draft(actor.account, button.notice_id)
        if draft is None:
            return stale(actor)
        if not can_be_shown(draft):
            return await self._not_like_this(actor, draft)
        screens = self._test(actor, draft) if button.deed is Deed.TEST else self._preview(actor, draft)
        return Reply((*screens, await self.drafts.card(actor, draft)), fresh=True)

    def _test(self, actor: Actor, draft: Draft) -> list[Screen]:
        return [notice_card(draft.notice, actor.words.language, TEST_ID)]

    def _preview(self, actor: Actor, draft: Draft) -> list[Screen]:
        screens = []
        for language in draft.notice.texts:
            shown = actor.words.language if language == ALL_LANGUAGES else language
            title = actor.words("👁 Preview, {language}:", language=language_name(actor.words, language))
            screens += [Screen(title), notice_card(draft.notice, shown, TEST_ID)]
        return screens

    def _ask_to_drop(self, actor: Actor, notice_id: NoticeId) -> Reply:
        words = actor.words
        rows = (
            (Choice(words("🗑 Throw away"), DoWithDraft(notice_id, Deed.DROP_SURE).pack()),),
            (Choice(words("⬅️ Back"), OpenPart(notice_id, Part.CARD).pack()),),
        )
        return Reply((Screen(words("Throw this notice away?"), rows),))

    async def _send(self, actor: Actor, event: Event, notice_id: NoticeId) -> Reply:
        """Lets it go; the card becomes the message that shows how far it is."""
        words = actor.words
        outcome = await self.use_cases.confirm_notice(actor.account, notice_id)
        match outcome:
            case Confirmed(again=False) | SecondAsked():
                if event.message is not None:
                    await self.use_cases.note_progress(notice_id, (event.message.chat, event.message.message))
                waits = isinstance(outcome, SecondAsked)
                toast = words("A second supervisor is asked.") if waits else words("It goes out.")
                return await self._progress(actor, notice_id, toast)
            case Confirmed():
                return await self._progress(actor, notice_id, words("You confirmed it already."))
            case NobodyToAsk():
                toast = words(
                    "An urgent notice needs the word of a second supervisor, and nobody can be asked. "
                    "Send it without “urgent”."
                )
                return await self._card_again(actor, notice_id, toast)
            case NotConfirmed():
                return await self._card_again(actor, notice_id)
            case NothingToConfirm():
                return stale(actor)

    async def _progress(self, actor: Actor, notice_id: NoticeId, toast: str) -> Reply:
        report = await self.use_cases.show_notice(actor.account, notice_id)
        if report is None:
            return stale(actor)
        screen = progress_screen(actor.words, report, self.use_cases.messages_per_second)
        return Reply((screen,), toast)

    async def _card_again(self, actor: Actor, notice_id: NoticeId, toast: str = "") -> Reply:
        draft = await self.use_cases.show_draft(actor.account, notice_id)
        if draft is None:
            return stale(actor)
        return await self._not_like_this(actor, draft, toast)

    async def _not_like_this(self, actor: Actor, draft: Draft, toast: str = "") -> Reply:
        toast = toast or actor.words("It cannot be sent like this. Its card says what is missing.")
        return Reply((await self.drafts.card(actor, draft),), toast, alert=True)


def noticing(use_cases: UseCases) -> Noticing:
    """Everything with which a notice is written."""
    drafts = Drafts(use_cases)
    audience = ChoosingAudience(use_cases, drafts)
    return Noticing(use_cases, drafts, audience, SettingParts(drafts, audience))
