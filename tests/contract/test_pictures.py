"""Pictures on disk and their handles, on every engine."""

import hashlib

import pytest

from storage.images import NormalisedPicture
from storage.pictures import PictureFiles, PictureFolder
from tasks.model.identifiers import ImageId, VoiceId
from tests.builders import an_image

PICTURE = NormalisedPicture(b"jpeg", an_image("cat"), 1, 1)


@pytest.fixture
def pictures(store, tmp_path):
    return PictureFolder(PictureFiles(tmp_path / "media"), store.picture_handles)


async def test_a_picture_is_stored_once_and_read_back(pictures, tmp_path):
    pictures.files.add(PICTURE)
    pictures.files.add(PICTURE)
    assert await pictures.read(PICTURE.id) == b"jpeg"
    path = tmp_path / "media" / PICTURE.id[:2] / f"{PICTURE.id}.jpg"
    assert [one for one in (tmp_path / "media").rglob("*") if one.is_file()] == [path]
    with pytest.raises(FileNotFoundError):
        await pictures.read(ImageId("f" * 64))


async def test_a_voice_note_is_stored_once_and_read_back(pictures, tmp_path):
    voice_id = pictures.files.add_voice(b"OggS")
    assert pictures.files.add_voice(b"OggS") == voice_id == hashlib.sha256(b"OggS").hexdigest()
    assert await pictures.read_voice(voice_id) == b"OggS"
    path = tmp_path / "media" / voice_id[:2] / f"{voice_id}.ogg"
    assert [one for one in (tmp_path / "media").rglob("*") if one.is_file()] == [path]
    with pytest.raises(FileNotFoundError):
        await pictures.read_voice(VoiceId("f" * 64))


async def test_handles_are_kept_renewed_and_forgotten(pictures):
    assert await pictures.find_handle(PICTURE.id, "telegram:1") is None
    await pictures.save_handle(PICTURE.id, "telegram:1", "old")
    await pictures.save_handle(PICTURE.id, "telegram:1", "new")
    await pictures.save_handle(PICTURE.id, "telegram:2", "other")
    await pictures.forget_handle(PICTURE.id, "telegram:1", "old")
    assert await pictures.find_handle(PICTURE.id, "telegram:1") == "new"
    await pictures.forget_handle(PICTURE.id, "telegram:1", "new")
    assert await pictures.find_handle(PICTURE.id, "telegram:1") is None
    assert await pictures.find_handle(PICTURE.id, "telegram:2") == "other"
