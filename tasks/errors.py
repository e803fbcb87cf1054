"""What the domain refuses, and what a person outside did wrong.

    TapworkError
    ├── Refusal               the domain says no to a person in the conversation
    │   ├── NotEnrolled       she has not agreed yet, or has left
    │   ├── NotSupervisor     only a supervisor may do this
    │   └── OutsideScope      only a supervisor of a wider scope may do this
    └── InputError            a file or setting from outside is wrong; the sentence says where and what to do

Breakage (a lost database, a bug) is no part of this tree: it rolls back, is logged, and makes the event
come again.
"""


class TapworkError(Exception):
    """Root of everything that Tapwork itself raises."""


class Refusal(TapworkError):  # noqa: N818 - it is a refusal, and says so
    """The domain says no; carries facts and no words for people."""


class NotEnrolled(Refusal):
    """The person has not agreed to the promise yet, or has left the programme."""


class NotSupervisor(Refusal):
    """The person is not a supervisor of what she asked for."""


class OutsideScope(Refusal):
    """It lies beyond what the supervisor looks after."""


class InputError(TapworkError):
    """A file, row or setting from outside is wrong. Its text is one sentence, or one a line: where, what, and
    what to do.
    """
