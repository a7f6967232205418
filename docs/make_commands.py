"""Makes docs/commands.md, the reference of the command line, from the commands themselves: python docs/make_commands.py."""

from collections.abc import Iterator
from pathlib import Path

import click

from kgexplain.cli import cli

PAGE = Path(__file__).parent / "commands.md"

HEAD = """# The command line

Answers go to stdout, in the style that `--as` names; progress and what happens go to stderr. The exit code is 0, or 1
with one sentence that says what was given, what is wrong with it and what would be right, or 2 where the words are no
command. In Python the commands are functions of the same names, in `kgexplain`.

Made by `make_commands.py` from the commands themselves.
"""


def page() -> str:
    """The page: a table of the commands, then each with its arguments, options and example."""
    rows = [f"| [`{name}`](#{name}) | {summary(command)} |" for name, command in cli.commands.items()]
    parts = [HEAD, "| command | what it does |\n|---|---|\n" + "\n".join(rows) + "\n"]
    parts += [section(name, command) for name, command in cli.commands.items()]
    return "\n".join(parts)


def section(name: str, command: click.Command) -> str:
    """One command."""
    context = click.Context(command, info_name=f"kgexplain {name}")
    usage = " ".join([context.command_path, *command.collect_usage_pieces(context)])
    text, _, example = (command.help or "").partition("Example:")
    options = "\n".join(option_rows(command, context))
    table = f"\n| option | what it says | unless given |\n|---|---|---|\n{options}\n" if options else ""
    return f"## {name}\n\n    {usage}\n\n{paragraphs(text)}\n\n    {example.strip()}\n{table}"


def summary(command: click.Command) -> str:
    """The first sentence of a command's help."""
    return (command.help or "").partition("\n\n")[0].replace("\n", " ")


def paragraphs(text: str) -> str:
    """The help as paragraphs, each in one line."""
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in text.strip().split("\n\n"))


def option_rows(command: click.Command, context: click.Context) -> Iterator[str]:
    """A row for each option: its name and what it takes, its help, its default."""
    for option in command.params:
        if isinstance(option, click.Option):
            takes = option.make_metavar(context).replace("|", "\\|")
            text, _, said = (option.help or "").partition("  [default: ")
            yield f"| `{option.opts[0]}` `{takes}` | {text} | {said.removesuffix(']') or default(option)} |"


def default(option: click.Option) -> str:
    """The default of an option as one would write it."""
    if option.required:
        return "must be given"
    if not option.show_default:
        return ""
    values = option.default if isinstance(option.default, (tuple, list)) else (option.default,)
    return " ".join(f"`{value}`" for value in values)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
