"""The house stands as it was drawn: imports go down, modules and functions stay small, names say something.

``CONTRIBUTING.md`` says the same in words.
"""

import ast
from functools import cache
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "kgexplain"

# A stage of the flow imports from stages before it and from the root, never from later ones.
ROOT = ("errors", "vocabulary", "shipped")
ORDER = (
    "world",
    "inputs",
    "activations",
    "explainers",
    "graph",
    "knowledge",
    "answers",
    "evaluation",
    "reports",
    "workflow",
    "cli",
    "__main__",
)

# The graph is all that stands between explainers and answers: a graph made elsewhere gives the same answer.
FORBIDDEN = {"answers": {"explainers"}}

# Explainers conclude from arrays, answers from rows; so most tests need no network.
TORCH = ("kgexplain.world.cnn", "kgexplain.inputs", "kgexplain.activations", "kgexplain.workflow")

MODULE_LINES = 300
FUNCTION_LINES = 30
PARAMETERS = 6
NESTING = 4
# Loops over every value of every map are compiled and written out: what is divided there is slower.
COMPILED = {FUNCTION_LINES: 40, PARAMETERS: 8, NESTING: 7}
EMPTY_NAMES = {"utils", "util", "helpers", "helper", "common", "base", "misc", "types", "tools", "core"}

MODULES = {
    ".".join(("kgexplain", *path.relative_to(PACKAGE).with_suffix("").parts)).removesuffix(".__init__"): path
    for path in sorted(PACKAGE.rglob("*.py"))
}

Function = ast.FunctionDef | ast.AsyncFunctionDef
Nested = (ast.If, ast.For, ast.While, ast.With, ast.Try, ast.Match, ast.AsyncFor, ast.AsyncWith)


@cache
def trees():
    return {
        module: ast.parse(path.read_text(encoding="utf-8"), str(path)) for module, path in MODULES.items()
    }


def imports(source):
    """All modules that a source imports, wherever in it; ``from a import b`` may import the module a.b, so it counts."""
    for node in ast.walk(source):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, "imports are absolute"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def stage(module):
    """Where in the flow a module is: 0 for the root of all, then the place in ORDER; None if it is not drawn."""
    name = module.removeprefix("kgexplain.").split(".")[0]
    return 0 if name in ROOT else ORDER.index(name) + 1 if name in ORDER else None


def goes_up(module, imported):
    """Whether an import is one that the house forbids; the package itself is the door and may import all."""
    if module == "kgexplain" or not imported.startswith("kgexplain.") or stage(imported) is None:
        return False
    here, there = (name.split(".")[1] for name in (module, imported))
    return stage(imported) > stage(module) or there in FORBIDDEN.get(here, ())


def functions(source):
    return [node for node in ast.walk(source) if isinstance(node, Function)]


def lines(function):
    """Lines of a function's body, without its docstring."""
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    return body[-1].end_lineno - body[0].lineno + 1 if body else 0


def parameters(function):
    """Names that a caller must know: neither self nor cls, and * and ** once each."""
    given = function.args
    named = [arg.arg for arg in (*given.posonlyargs, *given.args, *given.kwonlyargs)]
    return len([name for name in named if name not in ("self", "cls")]) + sum(
        map(bool, (given.vararg, given.kwarg))
    )


def nesting(node):
    """How deep statements are inside statements; ``elif`` is as deep as its ``if``, and a function starts anew."""
    elif_ = node.orelse[0] if isinstance(node, ast.If) and len(node.orelse) == 1 else None
    inner = [
        nesting(child) - (child is elif_ and isinstance(child, ast.If))
        for child in ast.iter_child_nodes(node)
        if not isinstance(child, Function)
    ]
    return isinstance(node, Nested) + max(inner, default=0)


def too_much(measure, most):
    """The functions of the package of which there is more than there may be."""
    every = [(module, f) for module, source in trees().items() for f in functions(source)]
    return {
        (module, f.name): measure(f)
        for module, f in every
        if measure(f) > (COMPILED[most] if is_compiled(f) else most)
    }


def is_compiled(function):
    """Whether a function is decorated so."""
    return any(isinstance(d, ast.Name) and d.id == "compiled" for d in function.decorator_list)


def test_imports_go_down():
    every = [(module, imported) for module, source in trees().items() for imported in imports(source)]
    assert [pair for pair in every if goes_up(*pair)] == []


def test_torch_is_only_where_networks_run():
    brings = {
        m
        for m, source in trees().items()
        for i in imports(source)
        if i.split(".")[0] in ("torch", "torchvision")
    }
    assert sorted(module for module in brings if not module.startswith(TORCH)) == []


def test_every_module_is_drawn_in_the_house():
    assert [module for module in MODULES if module != "kgexplain" and stage(module) is None] == []


def test_modules_are_short():
    long = {module: len(path.read_text(encoding="utf-8").splitlines()) for module, path in MODULES.items()}
    assert {module: number for module, number in long.items() if number > MODULE_LINES} == {}


def test_every_module_says_what_it_is():
    assert [module for module, source in trees().items() if not ast.get_docstring(source)] == []


def test_functions_are_short():
    assert too_much(lines, FUNCTION_LINES) == {}


def test_functions_take_few_parameters():
    assert too_much(parameters, PARAMETERS) == {}


def test_statements_are_not_deep():
    assert too_much(nesting, NESTING) == {}


def test_names_of_modules_say_something():
    assert [module for module in MODULES if EMPTY_NAMES.intersection(module.split("."))] == []


def test_the_package_is_what_is_measured():
    assert {"kgexplain", "kgexplain.errors", "kgexplain.explainers.filtag"} < set(MODULES)


@pytest.mark.parametrize(
    ("module", "imported"),
    [
        ("kgexplain.graph.store", "kgexplain.answers.explanation"),
        ("kgexplain.inputs.images", "kgexplain.activations.recording"),
        ("kgexplain.answers.explanation", "kgexplain.explainers.filtag"),
        ("kgexplain.vocabulary", "kgexplain.inputs.images"),
        ("kgexplain.reports.text", "kgexplain.cli"),
        ("kgexplain.cli", "kgexplain.__main__"),
    ],
)
def test_an_import_that_goes_up_is_seen(module, imported):
    assert goes_up(module, imported)


@pytest.mark.parametrize(
    ("module", "imported"),
    [
        ("kgexplain.answers.explanation", "kgexplain.graph.store"),
        ("kgexplain.graph.store", "kgexplain.vocabulary.term"),
        ("kgexplain.graph.store", "kgexplain.graph.query"),
        ("kgexplain", "kgexplain.cli"),
        ("kgexplain.cli", "kgexplain.__version__"),
        ("kgexplain.graph.store", "numpy"),
    ],
)
def test_an_import_that_goes_down_is_allowed(module, imported):
    assert not goes_up(module, imported)


def test_imports_inside_functions_are_seen():
    source = "def f():\n    from kgexplain import cli, answers\n    import torch.nn\n"
    assert list(imports(ast.parse(source))) == ["kgexplain.cli", "kgexplain.answers", "torch.nn"]


def test_only_decorated_functions_count_as_compiled():
    source = "@compiled\ndef f(): ...\n@cache\ndef g(): ...\ndef compiled(): ...\n"
    assert [is_compiled(f) for f in functions(ast.parse(source))] == [True, False, False]


def test_lines_of_a_function_leave_its_docstring_out():
    source = 'def f():\n    """One\n\n    two.\n    """\n    a = 1\n\n    return a\n'
    assert [lines(f) for f in functions(ast.parse(source))] == [3]


def test_keyword_only_parameters_count_and_self_does_not():
    source = "def f(self, a, /, b, *c, d, **e): ..."
    assert [parameters(f) for f in functions(ast.parse(source))] == [5]


@pytest.mark.parametrize(
    ("source", "depth"),
    [
        ("def f():\n if a:\n  pass\n elif b:\n  pass\n elif c:\n  pass\n", 1),
        ("def f():\n if a:\n  pass\n else:\n  if b:\n   pass\n  pass\n", 2),
        ("def f():\n for a in b:\n  with c:\n   if d:\n    pass\n", 3),
        ("def f():\n if a:\n  def g():\n   if b:\n    pass\n", 1),
    ],
)
def test_depth_by_hand(source, depth):
    assert nesting(functions(ast.parse(source))[0]) == depth
