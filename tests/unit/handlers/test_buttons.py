"""What a button carries."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from handlers.buttons import (
    Agree,
    AnswerNotice,
    CantTell,
    ChooseAnswer,
    FewerNotices,
    NoticeAgain,
    OpenPage,
    Page,
    PictureBroken,
    QuietHours,
    ReadNotice,
    RefuseGuess,
    Settle,
    Silence,
    Speak,
    StopWorking,
    TakeProject,
    Undo,
    unpack,
)
from handlers.notice_buttons import (
    Deed,
    DoWithDraft,
    GetFile,
    LookForAudience,
    OpenPart,
    Part,
    SecondWord,
    SeeNotice,
    SeeNotices,
    SeeUnknown,
    SetPart,
    Setting,
    SteerIt,
    TogglePlace,
)
from handlers.packing import DATA_BYTES_MAX, ID_MAX, base36
from handlers.people_buttons import (
    CodeDays,
    CodeFor,
    CodeQuota,
    CodeRecruiter,
    EndCode,
    InviteFor,
    LookForCode,
    LookToInvite,
    SeeCodes,
    SeeSupervisors,
    WithdrawSupervisor,
)
from tasks.model.notice import SILENCEABLE, NoticeKind
from tasks.noticing.steering import Steer

ids = st.integers(0, ID_MAX)
words = st.from_regex(r"[A-Za-z0-9_-]{1,16}", fullmatch=True)
buttons = st.one_of(
    st.builds(OpenPage, st.sampled_from(Page)),
    st.builds(Agree, words),
    st.builds(Speak, words),
    st.builds(TakeProject, ids),
    st.builds(ChooseAnswer, ids, ids),
    st.builds(RefuseGuess, ids, ids),
    st.builds(CantTell, ids),
    st.builds(PictureBroken, ids),
    st.builds(Undo, ids),
    st.builds(StopWorking, ids),
    st.builds(Settle, ids, st.booleans()),
    st.builds(ReadNotice, ids),
    st.builds(AnswerNotice, ids, ids),
    st.builds(FewerNotices, ids),
    st.builds(NoticeAgain, ids),
    st.builds(Silence, st.sampled_from(SILENCEABLE), st.booleans(), st.sampled_from(SILENCEABLE)),
    st.builds(QuietHours, ids, ids),
    st.builds(LookToInvite, ids, ids),
    st.builds(InviteFor, ids),
    st.builds(SeeSupervisors, ids),
    st.builds(WithdrawSupervisor, ids, st.booleans()),
    st.builds(SeeCodes),
    st.builds(LookForCode, ids, ids),
    st.builds(CodeFor, ids),
    st.builds(CodeRecruiter, ids, st.booleans()),
    st.builds(CodeQuota, ids, ids),
    st.builds(CodeDays, ids, ids, ids),
    st.builds(EndCode, words, st.booleans()),
    st.builds(OpenPart, ids, st.sampled_from(Part)),
    st.builds(SetPart, ids, st.sampled_from(Setting), words),
    st.builds(LookForAudience, ids, ids, ids),
    st.builds(TogglePlace, ids, ids),
    st.builds(DoWithDraft, ids, st.sampled_from(Deed)),
    st.builds(SecondWord, ids, ids, st.booleans()),
    st.builds(SteerIt, ids, st.sampled_from(Steer), st.booleans()),
    st.builds(SeeNotice, ids),
    st.builds(SeeUnknown, ids),
    st.builds(GetFile, ids),
    st.builds(SeeNotices),
)


@given(buttons)
@example(ChooseAnswer(ID_MAX, ID_MAX))
@example(RefuseGuess(ID_MAX, ID_MAX))
@example(CodeDays(ID_MAX, ID_MAX, ID_MAX))
@example(EndCode("x" * 16, sure=True))
@example(LookForAudience(ID_MAX, ID_MAX, ID_MAX))
@example(SetPart(ID_MAX, Setting.TEXT, "x" * 16))
def test_a_button_comes_back_as_it_went_and_fits(button):
    data = button.pack()
    assert unpack(data) == button
    assert len(data.encode()) <= DATA_BYTES_MAX


@given(
    st.text()
    | st.from_regex(
        r"([mgltadcbusr]|n[rafpsltd2xvucn]|w[nsq]|i[lf]|v[sw]|k[slfrqdx])(\.[0-9a-z]*){0,3}", fullmatch=True
    )
)
def test_whatever_comes_in_is_a_button_written_in_its_one_way_or_none(data):
    button = unpack(data)
    assert button is None or button.pack() == data


@pytest.mark.parametrize(
    "data",
    ["", ".", "a", "a.", "a.1", "a.1.2.3", "a.-1.2", "a.1_0.2", "a. 1.2", "a.01.2", "a.1.٢", "A.1.2", "z.1",
     "m.secrets", "l.", "g.\n", "r.9.1", "c.1\n", "a.1y2p0ij32e8e8.1", "c." + "z" * 5000,
     "ws.pay.y.work", "ws.work.y.account", "ws.work.y", "ks.1", "kd.1.2", "kx..y", "vw.1.maybe",
     "np.c", "np.c.z", "ns.c.q.all", "ns.c.t.", "nl.c.1", "nd.c.z", "n2.c", "nx.c.z.y", "nx.c.p", "nn.1"],
)  # fmt: skip
def test_garbage_is_no_button(data):
    assert unpack(data) is None


def test_old_buttons_keep_their_meaning():
    """These strings stand in messages on phones. Never change this test; add to it."""
    assert unpack("m.work") == OpenPage(Page.WORK)
    assert unpack("g.1") == Agree("1")
    assert unpack("l.zh") == Speak("zh")
    assert unpack("t.3") == TakeProject(3)
    assert unpack("a.15.2") == ChooseAnswer(41, 2)
    assert unpack("d.15.2") == RefuseGuess(41, 2)
    assert unpack("c.15") == CantTell(41)
    assert unpack("b.15") == PictureBroken(41)
    assert unpack("u.14") == Undo(40)
    assert unpack("s.15") == StopWorking(41)
    assert unpack("r.9.y") == Settle(9, ask_again=True)
    assert unpack("r.9.n") == Settle(9, ask_again=False)
    assert unpack("m.notices") == OpenPage(Page.NOTICES)
    assert unpack("m.kinds") == OpenPage(Page.KINDS)
    assert unpack("m.quiet") == OpenPage(Page.QUIET)
    assert unpack("nr.15") == ReadNotice(41)
    assert unpack("na.15.2") == AnswerNotice(41, 2)
    assert unpack("nf.15") == FewerNotices(41)
    assert unpack("wn.15") == NoticeAgain(41)
    assert unpack("ws.lesson.y.news") == Silence(NoticeKind.LESSON, silent=True, first=NoticeKind.NEWS)
    assert unpack("wq.l.7") == QuietHours(21, 7)
    assert unpack("il.4.1") == LookToInvite(4, 1)
    assert unpack("if.4") == InviteFor(4)
    assert unpack("vs.1") == SeeSupervisors(1)
    assert unpack("vw.9.n") == WithdrawSupervisor(9, sure=False)
    assert unpack("ks") == SeeCodes()
    assert unpack("kl.4.1") == LookForCode(4, 1)
    assert unpack("kf.4") == CodeFor(4)
    assert unpack("kr.4.y") == CodeRecruiter(4, herself=True)
    assert unpack("kq.4.u") == CodeQuota(4, 30)
    assert unpack("kd.4.u.7") == CodeDays(4, 30, 7)
    assert unpack("kx.abcd2345.y") == EndCode("abcd2345", sure=True)


def test_old_buttons_of_notices_keep_their_meaning():
    """The same for the buttons of supervisors' notices."""
    parts = [unpack(f"np.c.{letter}").part for letter in "cpjtmkrw"]
    assert parts == list(Part)
    settings = [unpack(f"ns.c.{letter}.x").setting for letter in "ljdesptmkrwu"]
    assert settings == list(Setting)
    assert [unpack(f"nd.c.{letter}").deed for letter in "ptsdx"] == list(Deed)
    assert [unpack(f"nx.c.{letter}.n").steer for letter in "prcta"] == list(Steer)
    assert unpack("ns.c.t.all") == SetPart(12, Setting.TEXT, "all")
    assert unpack("nl.c.4.1") == LookForAudience(12, 4, 1)
    assert unpack("nt.c.4") == TogglePlace(12, 4)
    assert unpack("n2.c.b.y") == SecondWord(12, 11, agrees=True)
    assert unpack("nx.c.t.y") == SteerIt(12, Steer.TAKE_BACK, sure=True)
    assert unpack("nv.c") == SeeNotice(12)
    assert unpack("nu.c") == SeeUnknown(12)
    assert unpack("nc.c") == GetFile(12)
    assert unpack("nn") == SeeNotices()


@pytest.mark.parametrize("number", [-1, ID_MAX + 1])
def test_a_number_that_no_database_takes_goes_into_no_button(number):
    with pytest.raises(ValueError, match="button"):
        base36(number)
