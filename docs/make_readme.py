"""Makes what README.md shows, by running it: the program and its output, the commands' answers, the table of explainers.

Run: python docs/make_readme.py
"""

import io
import re
import runpy
import shlex
import tempfile
from collections.abc import Iterator
from contextlib import chdir, redirect_stdout
from dataclasses import fields
from pathlib import Path

from click.testing import CliRunner

from kgexplain.cli import cli
from kgexplain.explainers import EXPLAINERS
from kgexplain.explainers.explainer import Explainer

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
EXAMPLE = ROOT / "examples" / "explain_world.py"
START, END = "<!-- explainers: made by docs/make_readme.py -->", "<!-- end of explainers -->"
BLOCK = re.compile(r"```(python|text|console)\n(.*?)```", re.DOTALL)


def page(text: str, folder: Path) -> str:
    """README.md as it should be; its program and its commands run in ``folder``, in their order."""
    output = ""

    def block(match: re.Match[str]) -> str:
        nonlocal output
        kind, content = match.groups()
        if kind == "python":
            content, output = code(), printed()
        elif kind == "text":
            content = output
        else:
            content = "".join(map(answered, re.findall(r"^\$ (.*)$", content, re.MULTILINE)))
        return f"```{kind}\n{content}```"

    with chdir(folder):
        return BLOCK.sub(block, with_table(text))


def code() -> str:
    """The program, without its docstring."""
    return EXAMPLE.read_text(encoding="utf-8").partition('"""\n\n')[2]


def printed() -> str:
    """What the program prints."""
    output = io.StringIO()
    with redirect_stdout(output):
        runpy.run_path(str(EXAMPLE), run_name="__main__")
    return output.getvalue()


def answered(command: str) -> str:
    """A command with its answer, of which ``| head -N`` shows the first lines."""
    words, _, number = command.partition(" | head -")
    result = CliRunner().invoke(cli, shlex.split(words)[1:], catch_exceptions=False)
    if result.exit_code:
        raise RuntimeError(f"{command} fails: {result.stderr}")
    lines = result.stdout.splitlines()[: int(number) if number else None]
    return "\n".join((f"$ {command}", *(line.rstrip() for line in lines), ""))


def with_table(text: str) -> str:
    """README.md with its table of explainers as it should be."""
    before, _, rest = text.partition(START)
    return f"{before}{START}\n\n{table()}\n\n{END}{rest.partition(END)[2]}"


def table() -> str:
    """A row for each explainer: its page, what it says, its parameters as they are unless others are given."""
    head = "| explainer | what it says | parameters |\n|---|---|---|"
    return "\n".join((head, *(f"| {' | '.join(row(kind))} |" for kind in EXPLAINERS)))


def row(kind: type[Explainer]) -> Iterator[str]:
    """One explainer."""
    yield f"[`{kind.name}`](docs/{kind.name}.md)"
    yield (kind.__doc__ or "").partition("\n")[0]
    yield ", ".join(f"`{field.name}={field.default!r}`" for field in fields(kind))  # type: ignore[arg-type]


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        README.write_text(page(README.read_text(encoding="utf-8"), Path(folder)), encoding="utf-8")
