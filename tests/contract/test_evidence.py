"""What is learnt from, as it is kept: which golds the client told, and which the crowd earned."""

from tasks.model.work import AnswerStatus
from tests.builders import NOON, a_new_task, a_project, an_account, an_answer
from tests.contract.answered import answer
from tests.contract.judged import keep_gold


async def test_gold_says_whose_it_is(store):
    async with store.write() as unit:
        project = await unit.projects.save(a_project(), NOON)
        await unit.tasks.upsert(project, [a_new_task(key) for key in ("t1", "g1", "g2", "g3")])
        await unit.commit()
    await keep_gold(store, project, "g1", origin="client")
    await keep_gold(store, project, "g2", origin="earned")
    await keep_gold(store, project, "g3", origin="earned", state="suspended")
    said = an_answer("cat", at=NOON, status=AnswerStatus.APPROVED)
    for key in ("t1", "g1", "g2", "g3"):
        await answer(store, project, key, an_account("anna"), said)

    async with store.read() as unit:
        evidence = await unit.models.list_evidence(project.id, 10)

    told = [(one.truth, one.is_earned) for _, one in sorted(evidence.tasks.items())]
    assert told == [(None, False), ("cat", False), ("cat", True), (None, False)]
