"""A supervisor looks at pictures that workers could not answer, one by one."""

from dataclasses import dataclass

from handlers.buttons import Settle
from handlers.identity import Actor
from handlers.labels import LABEL_MAX, shorten
from handlers.screens import Choice, Reply, Screen
from handlers.use_cases import UseCases
from handlers.words import Words
from tasks.reporting import SetAside


@dataclass(frozen=True, slots=True)
class Reviewing:
    """Both raise NotSupervisor to everybody else."""

    use_cases: UseCases

    async def show(self, actor: Actor) -> Reply:
        """The picture that has waited longest."""
        waiting = await self.use_cases.list_set_aside(actor.account)
        if not waiting:
            return Reply((Screen(actor.words("There are no pictures for you to look at now. Thank you!")),))
        return Reply((set_aside_screen(actor.words, waiting[0]),))

    async def settle(self, actor: Actor, button: Settle) -> Reply:
        """Does what she decided, and shows the next one."""
        settled = await self.use_cases.settle_set_aside(
            actor.account, button.task_id, ask_again=button.ask_again
        )
        following = await self.show(actor)
        toast = actor.words("Done.") if settled else actor.words("Somebody has already decided this one.")
        return Reply(following.screens, toast)


def set_aside_screen(words: Words, waiting: SetAside) -> Screen:
    task, project = waiting.task, waiting.project
    lines = [shorten(project.say(project.titles, words.language), LABEL_MAX)]
    if task.reports:
        lines.append(
            words.plural(
                "{count} person says: the picture is broken.",
                "{count} people say: the picture is broken.",
                task.reports,
            )
        )
    if task.cant_tells:
        lines.append(
            words.plural("{count} person can't tell.", "{count} people can't tell.", task.cant_tells)
        )
    rows = (
        (
            Choice(words("Ask again"), Settle(task.id, ask_again=True).pack()),
            Choice(words("Take it out"), Settle(task.id, ask_again=False).pack()),
        ),
    )
    return Screen("\n".join(lines), rows, task.image_id)
