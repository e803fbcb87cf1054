"""A worker chooses which notices she gets, and when."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from handlers.buttons import OpenPage, Page, QuietHours, Silence
from handlers.days import zone_text
from handlers.screens import Choice, Reply, Screen
from handlers.use_cases import UseCases
from handlers.words import Words, words_in
from tasks.model.notice import SILENCEABLE, NoticeKind
from tasks.model.worker import Worker

QUIET_HOURS = ((21, 7), (22, 6), (20, 8), (23, 5))
NONE = (0, 0)
HOURS_OF_A_DAY = 24


@dataclass(frozen=True, slots=True)
class Preferring:
    """Her settings."""

    use_cases: UseCases

    async def kinds(self, worker: Worker) -> Reply:
        return Reply((kinds_screen(words_in(worker.language), worker.silenced),))

    async def silence(self, worker: Worker, button: Silence) -> Reply:
        words = words_in(worker.language)
        silenced = await self.use_cases.silence_kind(worker, button.kind, silent=button.silent)
        toast = words("You will not get this any more.") if button.silent else words("You will get this.")
        return Reply((kinds_screen(words, silenced, button.first),), toast)

    async def hours(self, worker: Worker) -> Reply:
        return Reply((quiet_screen(words_in(worker.language), worker),))

    async def keep_quiet(self, worker: Worker, button: QuietHours) -> Reply | None:
        """None if those are no hours."""
        start, end = button.quiet_from, button.quiet_until
        if not (start < HOURS_OF_A_DAY and end < HOURS_OF_A_DAY):
            return None
        await self.use_cases.set_quiet_hours(worker, quiet_from=start, quiet_until=end)
        words = words_in(worker.language)
        changed = replace(worker, quiet_from=start, quiet_until=end)
        return Reply((quiet_screen(words, changed),), words("Done."))


def kinds_screen(words: Words, silenced: Collection[str], first: NoticeKind = NoticeKind.WORK) -> Screen:
    """What she can silence, with one kind at the top."""
    if first not in SILENCEABLE:
        first = NoticeKind.WORK
    names = {
        NoticeKind.WORK: words("There is work"),
        NoticeKind.LESSON: words("Lessons"),
        NoticeKind.NEWS: words("News"),
    }
    rows = []
    for kind in sorted(SILENCEABLE, key=lambda kind: kind is not first):
        silent = kind in silenced
        label = f"{'🔕' if silent else '✅'} {names[kind]}"
        rows.append((Choice(label, Silence(kind, not silent, first).pack()),))
    text = words(
        "What do you want to get? Press to change it.\n"
        "✅ You get it.\n"
        "🔕 You do not get it.\n"
        "Notices about your pay and your account always come."
    )
    return Screen(text, (*rows, _back(words)))


def quiet_screen(words: Words, worker: Worker) -> Screen:
    chosen = (worker.quiet_from, worker.quiet_until)
    if chosen[0] == chosen[1]:
        said = words("You have no quiet hours: notices may come at any time.")
    else:
        said = words(
            "Between {start} and {end} only urgent things.", start=_hour(chosen[0]), end=_hour(chosen[1])
        )
    zone = words("It goes by the clocks of {town}.", town=zone_text(words, worker.time_zone))
    rows = [(_choice(f"{_hour(start)} – {_hour(end)}", (start, end), chosen),) for start, end in QUIET_HOURS]
    none = _choice(words("No quiet hours"), NONE, NONE if chosen[0] == chosen[1] else chosen)
    return Screen(f"{said}\n{zone}", (*rows, (none,), _back(words)))


def _choice(label: str, hours: tuple[int, int], chosen: tuple[int, int]) -> Choice:
    return Choice(f"✅ {label}" if hours == chosen else label, QuietHours(*hours).pack())


def _hour(hour: int) -> str:
    return f"{hour}:00"


def _back(words: Words) -> tuple[Choice, ...]:
    return (Choice(words("⬅️ Notices"), OpenPage(Page.NOTICES).pack()),)
