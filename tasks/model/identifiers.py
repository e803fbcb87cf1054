"""Identifiers. They are plain numbers or texts at run time; the type checker keeps them apart."""

from dataclasses import dataclass
from typing import NewType

WorkerId = NewType("WorkerId", int)
ProjectId = NewType("ProjectId", int)
TaskId = NewType("TaskId", int)
LeaseId = NewType("LeaseId", int)
NoticeId = NewType("NoticeId", int)
DeliveryId = NewType("DeliveryId", int)
ImageId = NewType("ImageId", str)
"""SHA-256 of the normalised picture, in hexadecimal; of the messenger's name for it, if a person sent it."""
VoiceId = NewType("VoiceId", str)
"""The same for a voice note."""
MediaId = ImageId | VoiceId


@dataclass(frozen=True, slots=True)
class AccountKey:
    """One identity at one messenger, such as a Telegram user."""

    channel: str
    """Name of the messenger: ``telegram``."""
    external_id: str
    """The messenger's own id of the person. It never leaves in an export or a log."""
