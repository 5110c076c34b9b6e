"""Training and measuring on a made-up world: two camps that like two halves of the titles."""

import csv
import gzip
import importlib.util
import json
import random
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from core.recommend.taste import Taste
from core.recommend.training import Answer, System, evaluate, to_json, train
from core.recommend.training.data import read_catalogue, read_franchises, read_lists
from core.recommend.training.evaluation import facts_of
from core.recommend.training.protocol import draw_cases, measure, ndcg, split

SHARED = Path(__file__).parents[4] / "shared"
TITLES = 80
USERS = 150


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Even users like even titles, odd users odd ones; title 79 is adult; two titles make a franchise of four."""
    folder = tmp_path_factory.mktemp("world")
    rng = random.Random(5)
    with gzip.open(folder / "catalogue.jsonl.gz", "wt", encoding="utf-8") as file:
        for i in range(TITLES):
            title = {
                "mal_id": i + 1, "genres": ["Even" if i % 2 == 0 else "Odd"], "themes": [], "demographics": [],
                "studios": [f"Studio {i % 2}"], "type": "TV", "source": "manga", "rating": "PG-13",
                "year": 2000 + i % 9, "score": 7.5, "members": 1000 * (TITLES - i), "episodes": 12,
                "is_adult": i == TITLES - 1,
                "aired_from": f"20{i:02d}-01",
            }  # fmt: skip
            file.write(json.dumps(title) + "\n")
    with (folder / "franchises.csv").open("w", newline="") as plain:
        writer = csv.writer(plain)
        writer.writerow(["mal_id", "franchise_id"])
        writer.writerows([i + 1, i - i % 4 % 2 * 2 + 1 if i < 4 else i + 1] for i in range(TITLES))
    with (folder / "ratings.csv").open("w", newline="") as plain:
        writer = csv.writer(plain)
        writer.writerow(["user_id", "mal_id", "rating"])
        for user in range(USERS):
            mine = [i for i in range(TITLES) if i % 2 == user % 2]
            writer.writerows([f"u{user}", i + 1, 9] for i in rng.sample(mine, 26))
            writer.writerows(
                [f"u{user}", i + 1, 4] for i in range(TITLES) if i % 2 != user % 2 and i % 10 < 3
            )
    return folder


def trained(world: Path, out: Path) -> Taste:
    return train(world / "ratings.csv", world / "catalogue.jsonl.gz", world / "franchises.csv", out)


def test_each_camp_is_recommended_its_own(world: Path, tmp_path: Path) -> None:
    taste = trained(world, tmp_path / "taste.npz")
    titles = read_catalogue(world / "catalogue.jsonl.gz", read_franchises(world / "franchises.csv"))
    aligned = taste.align(titles.mal_ids, titles.features)
    for camp in (0, 1):
        favourites = [camp + 2 * i for i in range(5)]
        scores = aligned.scores(favourites)
        scores[favourites] = -np.inf
        assert {int(row) % 2 for row in np.argsort(-scores)[:10]} == {camp}


def test_a_title_in_no_list_goes_to_the_camp_of_its_facts(world: Path, tmp_path: Path) -> None:
    lists = (world / "ratings.csv").read_text().splitlines()
    (tmp_path / "ratings.csv").write_text("\n".join(line for line in lists if ",11," not in line))
    taste = train(
        tmp_path / "ratings.csv",
        world / "catalogue.jsonl.gz",
        world / "franchises.csv",
        tmp_path / "taste.npz",
    )
    assert 11 not in taste.mal_ids
    titles = read_catalogue(world / "catalogue.jsonl.gz", read_franchises(world / "franchises.csv"))
    aligned = taste.align(titles.mal_ids, titles.features)
    even, odd = aligned.scores([0, 2, 4])[10], aligned.scores([1, 3, 5])[10]
    assert even > odd


def test_training_twice_gives_the_same_file(world: Path, tmp_path: Path) -> None:
    trained(world, tmp_path / "a.npz")
    trained(world, tmp_path / "b.npz")
    with np.load(tmp_path / "a.npz") as a, np.load(tmp_path / "b.npz") as b:
        assert a.files == b.files
        assert all(np.array_equal(a[name], b[name]) for name in a.files)


def test_a_malformed_line_is_named(tmp_path: Path) -> None:
    path = tmp_path / "ratings.csv"
    path.write_text("user_id,mal_id,rating\nu1,five,8\n")
    with pytest.raises(ValueError, match=r"ratings\.csv.*five"):
        read_lists(path)


def test_the_report_holds_every_system_and_the_learned_one_knows_the_camps(world: Path) -> None:
    def in_order(taste_file: Path) -> System:
        assert len(Taste.load(taste_file).mal_ids) > 0

        def answer(named: object) -> Answer:
            rest = [t for t in range(1, TITLES) if t not in named]  # type: ignore[operator]
            return Answer(rest[:20], rest[:20])

        return answer

    report = evaluate(
        world / "ratings.csv",
        world / "catalogue.jsonl.gz",
        world / "franchises.csv",
        systems={"in order": in_order},
    )
    assert set(report.systems) == {"popularity", "item-item", "EASE", "in order", "learned"}
    assert report.systems["learned"]["all"]["ndcg@10"][0] > report.systems["in order"]["all"]["ndcg@10"][0]
    assert report.systems["learned"]["all"]["ndcg@10"][0] > report.systems["popularity"]["all"]["ndcg@10"][0]
    assert report.systems["learned"]["all"]["adult@10"][0] == 0
    assert report.cold["mapped from facts"][0] > report.cold["most members"][0]
    assert "| learned |" in report.markdown()
    assert json.loads(to_json(report))["cases"] == report.cases


def test_ndcg_counts_a_repeat_once() -> None:
    ideal = 1 + 1 / np.log2(3)
    assert ndcg([1, 1, 2], {1, 2}) == pytest.approx((1 + 1 / 2) / ideal)
    assert ndcg([], {1}) == 0


def reference_tool() -> ModuleType:
    path = SHARED / "tools/recommendation_protocol.py"
    if not path.exists():
        pytest.skip("needs ../shared")
    spec = importlib.util.spec_from_file_location("recommendation_protocol", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_draws_and_figures_equal_those_of_the_reference_tool(world: Path) -> None:
    tool = reference_tool()
    franchises = read_franchises(world / "franchises.csv")
    titles = read_catalogue(world / "catalogue.jsonl.gz", franchises)
    facts = facts_of(titles)
    lists = read_lists(world / "ratings.csv")
    theirs = tool.draw_cases(tool.read_ratings(world / "ratings.csv"),
                             tool.read_catalogue(world / "catalogue.jsonl.gz"), franchises, 3)  # fmt: skip
    mine = draw_cases(lists, facts, 3)
    assert [(f"u{c.user}", list(c.named), sorted(c.hidden)) for c in mine] == [
        (c["case"], c["favourites"], c["hidden"]) for c in theirs
    ]
    rng = random.Random(1)
    answers = [Answer(rng.sample(range(1, TITLES), 10), rng.sample(range(1, TITLES), 10)) for _ in mine]
    popularity = {t: sum(t in listed for listed in lists.values()) for t in range(1, TITLES + 1)}
    table = tool.score(
        {c["case"]: c for c in theirs},
        {c["case"]: {"recommendations": a.recommendations, "new_franchise": a.new_franchise}
         for c, a in zip(theirs, answers, strict=True)},
        tool.read_catalogue(world / "catalogue.jsonl.gz"), franchises, popularity, len(lists), 300_000,
    )  # fmt: skip
    for task in ("all", "new-franchise"):
        for name, (value, low, high) in measure(mine, answers, facts, lists, task).items():
            assert value == pytest.approx(table[task][name][0]), name
            assert (low, high) == pytest.approx(table[task][name][1]), name
    train_users, test_users = split(lists, 1)
    assert set(train_users) | set(test_users) == set(lists)
    assert not set(train_users) & set(test_users)
