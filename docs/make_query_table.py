"""Writes queries/README.md, the table of all questions, from their headers.

Run: python docs/make_query_table.py
"""

from itertools import groupby

from kgexplain.graph.query import Parameter, Query, queries
from kgexplain.shipped import shipped

HEAD = """# Questions

One question a file. Ask by name, here or in Python:

```
kgexplain ask explanation/filters_below_synset synset=n02084071
store.select(query("explanation/filters_below_synset").bind(synset="n02084071"))
```

A file of one's own works in the same way: `kgexplain ask my/question.rq`. It begins with `#+ summary:` and a line
`#+ $name: meaning (kind)` for each parameter; `?x` is an answer, `$x` a parameter. An IRI may be written with a
prefix, as `kgx:…` or `wn30:02084071-n`; a synset is a wnid or an IRI. A parameter with `=` has that value unless
another is given. A graph may hold several networks and runs: rows name theirs.

Best tags are those that kgx:taggedWith says directly, up to the run's kgx:truthyK-th.
"""


def page() -> str:
    """The whole page."""
    folders = groupby(queries(), lambda question: question.name.partition("/")[0])
    return HEAD + "".join(section(folder, list(questions)) for folder, questions in folders)


def section(folder: str, questions: list[Query]) -> str:
    """The table of one folder."""
    rows = "".join(row(question) for question in questions)
    return f"\n## {folder}\n\n| question | what the rows are | parameters |\n|---|---|---|\n{rows}"


def row(question: Query) -> str:
    """One line of a table."""
    name = question.name.partition("/")[2]
    meaning = " ".join(filter(None, (question.summary, question.description)))
    parameters = "<br>".join(map(parameter, question.parameters))
    return f"| [{name}]({question.name}.rq) | {meaning} | {parameters} |\n"


def parameter(of: Parameter) -> str:
    """A parameter as the table has it."""
    default = f" = {of.default}" if of.default is not None else ""
    return f"`{of.name}`: {of.meaning} ({of.kind}){default}"


if __name__ == "__main__":
    (shipped("queries") / "README.md").write_text(page(), encoding="utf-8")
