"""The installation's own key: made once, kept, and never given up silently."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from config.secret_key import secret_key
from config.settings import Settings, load_settings
from core.model.errors import SettingsError


@pytest.fixture
def settings() -> Settings:
    return load_settings({}, None)


def test_it_is_made_once_for_its_owner_alone(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "var" / "secret.key"
    key = secret_key(settings, file=file)
    assert len(key) == 32
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert secret_key(settings, file=file) == key
    assert secret_key(settings, file=tmp_path / "other.key") != key
    assert [path.name for path in file.parent.iterdir()] == ["secret.key"]


def test_a_setting_wins_and_no_file_is_made(tmp_path: Path) -> None:
    given = load_settings({"ERASURE_KEY": "é" * 40}, None)
    assert secret_key(given, file=tmp_path / "secret.key") == ("é" * 40).encode()
    assert list(tmp_path.iterdir()) == []


def test_many_at_once_get_the_same_key(settings: Settings, tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        keys = list(pool.map(lambda _: secret_key(settings, file=tmp_path / "secret.key"), range(16)))
    assert len(set(keys)) == 1


@pytest.mark.parametrize("content", ["", "abcd", "not hexadecimal " * 8, "0" * 63])
def test_a_damaged_file_is_refused_and_left_as_it_is(settings: Settings, tmp_path: Path, content: str) -> None:
    file = tmp_path / "secret.key"
    file.write_text(content)
    file.chmod(0o600)
    with pytest.raises(SettingsError, match="damaged: bring back the copy"):
        secret_key(settings, file=file)
    assert file.read_text() == content


def test_a_file_that_others_may_read_is_refused(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "secret.key"
    key = secret_key(settings, file=file)
    file.chmod(0o640)
    with pytest.raises(SettingsError, match="chmod 600") as caught:
        secret_key(settings, file=file)
    assert key.hex() not in str(caught.value)
    assert caught.value.key == "error.key_open", "said in the language of the reader"


def test_a_place_where_nothing_can_be_written_is_told(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "var").write_text("a file where a folder is needed")
    with pytest.raises(SettingsError, match="ERASURE_KEY"):
        secret_key(settings, file=tmp_path / "var" / "secret.key")
