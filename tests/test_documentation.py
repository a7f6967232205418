"""What the pages say is so: programs run, outputs agree, tables are made from the code, links lead somewhere."""

import re
import runpy
import subprocess
from contextlib import chdir
from dataclasses import fields
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner

import kgexplain
from kgexplain.activations.sites import PLACES
from kgexplain.cli import cli
from kgexplain.explainers import EXPLAINERS
from kgexplain.graph.query import queries
from kgexplain.shipped import shipped
from kgexplain.workflow.ask import LISTS

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = sorted(
    path
    for folder, pattern in (
        (ROOT, "*.md"),
        (DOCS, "**/*.md"),
        (ROOT / "data", "*.md"),
        (ROOT / "queries", "*.md"),
    )
    for path in folder.glob(pattern)
)
LINK = re.compile(r"(?:\]\(|src=\")([^)\"\s]+)")
# Folders of one machine; what every Debian has, such as /usr/share/wordnet, may be named, and so may /home/me in an example.
MACHINE = re.compile(r"(?<![\w.:/<>])/(?:(?:root|work)/\w+|(?:home|Users)/(?!me\b)\w+)")
NUMBER = re.compile(r"\d+(?:\.\d+)?")
DIGEST = re.compile(r"\b[0-9a-f]{8}\b")


def made(script):
    """The names of one of the scripts that make pages."""
    return runpy.run_path(str(DOCS / f"make_{script}.py"))


def words(text):
    """Text as words; digests and the length of rules are left out, as they depend on libraries that write pictures."""
    return DIGEST.sub("digest", re.sub("─+", "─", text)).split()


def agree(shown, printed):
    """Whether two texts say the same; numbers may differ by a twentieth, as machines round differently."""
    shown, printed = words(shown), words(printed)
    return len(shown) == len(printed) and all(map(alike, shown, printed))


def alike(shown, printed):
    """Whether two words are the same but for the size of their numbers."""
    numbers = [[float(number) for number in NUMBER.findall(word)] for word in (shown, printed)]
    return NUMBER.sub("0", shown) == NUMBER.sub("0", printed) and numbers[0] == pytest.approx(
        numbers[1], rel=0.05, abs=0.5 if shown.isdigit() else 0
    )


@cache
def anchors(page):
    """What a link can name in a page: its headings, as they are written in links."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading).strip().lower().replace(" ", "-") for heading in headings}


def tracked():
    """The files of the project as git knows them; in a copy without git, those that a package would have."""
    listed = subprocess.run(["git", "ls-files", "-z"], check=False, cwd=ROOT, capture_output=True, text=True)
    if listed.returncode == 0 and listed.stdout:
        return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]
    folders = ("kgexplain", "tests", "docs", "data", "queries", "ontologies", "examples", "benchmarks")
    below = (path for folder in folders for path in (ROOT / folder).rglob("*"))
    return [path for path in (*ROOT.glob("*.*"), *below) if path.is_file()]


@pytest.fixture(scope="module")
def workplace(tmp_path_factory):
    """One folder for all programs: the world that they draw is drawn once."""
    return tmp_path_factory.mktemp("workplace")


@pytest.fixture(scope="module")
def readme(workplace):
    """README.md as its script makes it, here and now."""
    return made("readme")["page"](README, workplace)


def blocks(text, kind):
    return re.findall(rf"```{kind}\n(.*?)```", text, re.DOTALL)


def example(name, workplace, capsys):
    """What an example prints."""
    with chdir(workplace):
        runpy.run_path(str(ROOT / "examples" / f"{name}.py"), run_name="__main__")
    return capsys.readouterr().out


@pytest.mark.parametrize(("kind", "number"), [("text", 1), ("console", 4)])
def test_the_readme_shows_what_is_printed(kind, number, readme):
    shown, printed = blocks(README, kind), blocks(readme, kind)
    assert len(shown) == len(printed) == number
    for before, now in zip(shown, printed, strict=True):
        assert agree(before, now), f"python docs/make_readme.py makes it:\n{now}"


def test_the_readme_has_the_example_as_it_is(readme):
    assert blocks(README, "python") == blocks(readme, "python")


def test_the_readmes_program_is_short(readme):
    (program,) = blocks(readme, "python")
    assert len(program.splitlines()) <= 15


def test_the_readme_has_the_explainers_as_they_are():
    assert made("readme")["with_table"](README) == README


def test_the_reference_of_the_commands_is_up_to_date():
    assert made("commands")["page"]() == (DOCS / "commands.md").read_text(encoding="utf-8")


def test_the_help_of_list_says_what_can_be_listed():
    assert "|".join(LISTS) in CliRunner().invoke(cli, ["list", "--help"]).stdout


def test_the_help_of_explain_says_where_maps_can_be_taken():
    assert "|".join(PLACES) in CliRunner().invoke(cli, ["explain", "--help"]).stdout


@pytest.mark.parametrize("kind", EXPLAINERS, ids=lambda kind: kind.name)
def test_every_explainer_has_a_page_with_its_parameters(kind):
    page = (DOCS / f"{kind.name}.md").read_text(encoding="utf-8")
    names = [field.name for field in fields(kind)]
    assert [name for name in names if f"`{name}" not in page and f"({name}=" not in page] == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(path):
    links = [link for link in LINK.findall(path.read_text(encoding="utf-8")) if "://" not in link]
    broken = []
    for link in links:
        file, _, anchor = link.partition("#")
        target = (path.parent / file).resolve() if file else path
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)
    assert broken == []


def test_every_page_is_in_the_index():
    index = (DOCS / "README.md").read_text(encoding="utf-8")
    assert [
        path.name for path in DOCS.glob("*.md") if path.name != "README.md" and f"]({path.name})" not in index
    ] == []


def test_every_question_is_listed():
    table = (shipped("queries") / "README.md").read_text(encoding="utf-8")
    assert [question.name for question in queries() if f"({question.name}.rq)" not in table] == []


def test_every_decision_is_listed():
    folder = DOCS / "decisions"
    listed = (folder / "README.md").read_text(encoding="utf-8")
    assert [
        p.name for p in folder.glob("*.md") if p.name != "README.md" and f"]({p.name})" not in listed
    ] == []


def test_every_file_of_data_is_listed_with_its_source():
    folder = shipped("data")
    page = (folder / "README.md").read_text(encoding="utf-8")
    files = [
        p.relative_to(folder).as_posix()
        for p in folder.rglob("*")
        if p.is_file() and p.suffix not in (".py", ".pyc")
    ]
    assert [name for name in files if name != "README.md" and f"| `{name}` |" not in page] == []


@pytest.mark.parametrize("path", sorted((ROOT / "examples").glob("*.py")), ids=lambda path: path.stem)
def test_every_example_is_in_the_readme(path):
    assert f"examples/{path.name}" in README or path.stem == "explain_world"


def test_questions_about_two_networks(workplace, capsys):
    printed = example("ask_questions", workplace, capsys)
    shares = {(n, layer): int(share) for n, layer, share in re.findall(r"  (\w+) +(conv\d) +(\d+)%", printed)}
    assert shares["world_cnn", "conv5"] > shares["untrained", "conv5"]
    assert "network,tags,filters" in printed


def test_a_network_of_ones_own(workplace, capsys):
    printed = example("own_network", workplace, capsys)
    assert "36 photographs of 3 classes; 11 folders are of no class" in printed
    for class_ in ("goldfish", "zebra", "school bus"):
        # k is 3, in each of two layers.
        assert len(re.search(rf"{class_} tags (.*)", printed)[1].split(", ")) == 6
    hits, chance = map(float, re.search(r"held out: ([\d.]+), by chance ([\d.]+)", printed).groups())
    assert chance == pytest.approx(1 / 3, abs=0.005)
    assert hits > chance


def test_an_explainer_of_ones_own(workplace, capsys):
    means = [
        float(mean)
        for mean in re.findall(r"  conv\d filter \d+: ([\d.]+)", example("own_explainer", workplace, capsys))
    ]
    assert len(means) == 5
    assert means == sorted(means, reverse=True)
    assert means[-1] >= 0.1


def test_the_changelog_has_this_version():
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"\n## [{kgexplain.__version__}]" in changelog


def test_the_citation_is_of_this_version():
    assert f"\nversion: {kgexplain.__version__}\n" in (ROOT / "CITATION.cff").read_text(encoding="utf-8")


def test_no_file_names_a_folder_of_one_machine():
    found = []
    for path in tracked():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += [f"{path.relative_to(ROOT)}: {place}" for place in MACHINE.findall(text)]
    assert found == []


def test_pictures_of_pages_are_small():
    assert {path.name for path in DOCS.glob("*.png") if path.stat().st_size > 300_000} == set()


@pytest.mark.parametrize(
    ("shown", "printed", "same"),
    [
        ("42 (72%) are teapots", "43 (74%) are teapots", True),
        ("42 are teapots", "42 are mugs", False),
        ("0.2186", "0.2190", True),
        ("0.2186", "0.2486", False),
        ("place 1 of 14", "place 2 of 14", False),
        ("conv5: 21", "conv5: 21 filters", False),
        ("run 64fdfb66 ───", "run 1785a835 ─────", True),
    ],
)
def test_texts_agree_up_to_rounding(shown, printed, same):
    assert agree(shown, printed) is same


@pytest.mark.parametrize("where", ["home/somebody", "root/code", "work/main"])
def test_a_folder_of_one_machine_is_seen(where):
    assert MACHINE.search(f"see `/{where}`")


@pytest.mark.parametrize(
    "fine", ["/usr/share/wordnet", "/home/me/why.py", "https://example.org/home/page", "tests/root/code"]
)
def test_other_folders_may_be_named(fine):
    assert not MACHINE.search(f"see `{fine}`")
