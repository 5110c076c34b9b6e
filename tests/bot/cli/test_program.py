"""The program `osusume`, run the way a host runs it."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]
PROGRAM = [sys.executable, "-c", "from bot.cli import main; main()"]


class Host:
    """Somebody with a home folder who types commands."""

    def __init__(self, home: Path) -> None:
        self.home = home

    def run(
        self, *arguments: str | bytes, stdin: bytes = b"", settings: dict[str, str] | None = None
    ) -> subprocess.CompletedProcess[bytes]:
        environment = {key: value for key, value in os.environ.items() if not key.startswith("OSUSUME_")}
        environment |= {
            "OSUSUME_HOME": str(self.home),
            "PYTHONPATH": str(ROOT),
            "COLUMNS": "200",
            **(settings or {}),
        }
        return subprocess.run(
            [*PROGRAM, *arguments],
            input=stdin,
            capture_output=True,
            env=environment,
            cwd=self.home,
            timeout=240,
        )

    def json(self, *arguments: str) -> Any:
        done = self.run(*arguments)
        assert done.returncode == 0, done.stderr.decode()
        return json.loads(done.stdout)


@pytest.fixture
def host(tmp_path: Path) -> Host:
    return Host(tmp_path)


def test_first_favourite_then_recommendations(host: Host) -> None:
    added = host.run("ask", "--", "/fav add Mushishi")
    assert added.returncode == 0
    assert "Mushishi" in added.stdout.decode()
    answer = host.json("ask", "--json", "--", "/recommend count:4")
    assert isinstance(answer, dict)
    titles = answer["data"]
    assert len(titles) == 4
    assert all(title["mal_id"] != 457 and title["title"] and title["why"] for title in titles)
    assert abs(sum(reason["strength"] for reason in titles[0]["reasons"]) - 1) < 0.01


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ([""], "Write a command"),
        ([], "Write a command"),
        (["x" * 10_000], "too long"),
        ([b"/fav add \xff\xfe\xfa"], "found no anime"),
        (["/dance"], "do not know"),
    ],
)
def test_what_cannot_be_answered_is_one_sentence(host: Host, words: list[str | bytes], sentence: str) -> None:
    done = host.run("ask", "--", *words)
    assert done.returncode == 1
    assert sentence in done.stdout.decode()
    assert done.stderr == b""


def test_another_person_has_other_favourites(host: Host) -> None:
    host.run("ask", "--user", "ada", "--", "/fav add Monster")
    assert host.json("favourites", "list", "--user", "ada", "--json")[0]["mal_id"] == 19
    assert host.json("favourites", "list", "--user", "bob", "--json") == []


def test_chat_reads_piped_input_to_its_end(host: Host) -> None:
    done = host.run(
        "chat", stdin="/fav add Mushishi\n/fav add 進撃の巨人\n\n/fav list\nnonsense \xff\n".encode()
    )
    assert done.returncode == 0, done.stderr.decode()
    shown = done.stdout.decode()
    assert "2. Mushishi" in shown
    assert "1. Shingeki no Kyojin" in shown


def test_recommend_for_scripts(host: Host) -> None:
    titles = host.json("recommend", "--favourites", "457,1", "--count", "7", "--json")
    assert isinstance(titles, list)
    ids = [title["mal_id"] for title in titles]
    assert len(set(ids)) == 7
    assert not {457, 1} & set(ids)
    alike = host.json("recommend", "--based-on", "457", "--json")
    moody = host.json("recommend", "--mood", "quiet, ghosts, rural Japan", "--json")
    together = host.json("recommend", "--favourites", "457", "--with-favourites", "1,5", "--json")
    for found in (alike, moody, together):
        assert isinstance(found, list)
        assert len(found) == 5


@pytest.mark.parametrize(
    ("ids", "sentence"), [("abc", "no MAL id"), ("999999999", "no anime with the MAL id")]
)
def test_wrong_ids_are_named(host: Host, ids: str, sentence: str) -> None:
    done = host.run("recommend", "--favourites", ids)
    assert done.returncode == 1
    assert sentence in done.stderr.decode()


def test_batch_answers_every_case_in_order(host: Host) -> None:
    cases: list[dict[str, Any]] = [
        {"case": "a", "favourites": [457, 21939]},
        {"case": "b", "favourites": [], "mood": "cozy cooking"},
        {"case": "c", "favourites": [1, 5114, 1575, 9253]},
    ]
    (host.home / "cases.jsonl").write_text("\n".join(json.dumps(case) for case in cases) + "\n")
    done = host.run("recommend", "--batch", "cases.jsonl")
    assert done.returncode == 0, done.stderr.decode()
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [answer["case"] for answer in answers] == ["a", "b", "c"]
    for case, answer in zip(cases, answers, strict=True):
        assert len(answer["recommendations"]) == 20
        assert len(answer["new_franchise"]) >= 10
        assert not set(answer["recommendations"]) & set(case["favourites"])
    (host.home / "broken.jsonl").write_text('{"case": "a", "favourites": [1]}\nnot json\n')
    broken = host.run("recommend", "--batch", "broken.jsonl")
    assert broken.returncode == 1
    assert "Line 2" in broken.stderr.decode()


def test_search_for_scripts(host: Host) -> None:
    titles = host.json("catalogue", "search", "fmab", "--json")
    assert isinstance(titles, list)
    assert titles[0]["mal_id"] == 5114
    (host.home / "queries.jsonl").write_text('{"query": "another"}\n{"query": "進撃 2期"}\n')
    done = host.run("catalogue", "search", "--batch", "queries.jsonl", "--json")
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [answer["results"][0]["mal_id"] for answer in found] == [11111, 25777]


def test_lists_go_in_and_out_and_away(host: Host) -> None:
    (host.home / "list.txt").write_text("Mushishi\nMonster\nno such thing at all xyz\n")
    report = host.json("favourites", "import", "list.txt", "--user", "ada", "--json")
    assert isinstance(report, dict)
    assert report["matched"] == 2
    assert len(report["unknown"]) == 1
    exported = host.run("favourites", "export", "--user", "ada", "--format", "mal").stdout.decode()
    assert "<myanimelist>" in exported
    assert "no such thing at all xyz" in host.run("favourites", "export", "--user", "ada").stdout.decode()
    assert host.run("favourites", "erase", "--user", "ada").returncode == 0
    assert host.json("favourites", "list", "--user", "ada", "--json") == []


def test_backup_is_a_database(host: Host) -> None:
    host.run("ask", "--", "/fav add Mushishi")
    done = host.run("backup", str(host.home / "copy.db"))
    assert done.returncode == 0
    assert (host.home / "copy.db").read_bytes().startswith(b"SQLite format 3")


@pytest.mark.parametrize(
    ("command", "settings", "named"),
    [
        ("discord", {}, "OSUSUME_DISCORD_TOKEN"),
        ("telegram", {}, "OSUSUME_TELEGRAM_TOKEN"),
        (
            "telegram",
            {"OSUSUME_TELEGRAM_TOKEN": "1:a", "OSUSUME_TELEGRAM_MODE": "webhook"},
            "OSUSUME_TELEGRAM_WEBHOOK_URL",
        ),
        ("web", {"OSUSUME_WEB_PORT": "many"}, "OSUSUME_WEB_PORT"),
    ],
)
def test_settings_are_checked_before_anything_connects(
    host: Host, command: str, settings: dict[str, str], named: str
) -> None:
    done = host.run(command, settings=settings)
    assert done.returncode == 1
    assert len(done.stderr.decode().strip().splitlines()) == 1
    assert named in done.stderr.decode()


def test_ordinary_path_is_lean() -> None:
    """`osusume ask "/fav list"` imports no torch and no pandas, nor what only other commands need."""
    code = (
        "import sys\nsys.argv = ['osusume', 'ask', '--', '/fav list']\nfrom bot.cli import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "heavy = {'torch', 'pandas', 'scipy', 'sklearn', 'transformers', 'sentence_transformers', 'faiss'}\n"
        "print(sorted((heavy | {'discord', 'telegram'}) & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, cwd=ROOT, timeout=240)
    assert done.stderr.decode().strip() == "[]"
