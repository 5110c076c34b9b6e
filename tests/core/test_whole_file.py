"""A file is replaced whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.whole_file import whole_file


def test_the_whole_file_takes_the_old_ones_place(tmp_path: Path) -> None:
    path = tmp_path / "new" / "file.bin"
    for content in (b"one", b"another"):
        with whole_file(path) as file:
            file.write(content)
        assert path.read_bytes() == content
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("problem", [RuntimeError, KeyboardInterrupt])
def test_what_fails_half_way_leaves_the_old_one(tmp_path: Path, problem: type[BaseException]) -> None:
    path = tmp_path / "file.bin"
    path.write_bytes(b"old")

    def write_half() -> None:
        with whole_file(path) as file:
            file.write(b"half of the new")
            raise problem

    with pytest.raises(problem):
        write_half()
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "taken").write_bytes(b"a file")
    with pytest.raises(OSError, match="taken"), whole_file(tmp_path / "taken" / "file.bin"):
        pass
