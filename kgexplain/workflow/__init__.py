"""The commands as library calls, in the same words."""

from kgexplain.workflow.ask import LISTS, ask, found, listed
from kgexplain.workflow.demo import demo
from kgexplain.workflow.explain import Plan, explain, import_dump
from kgexplain.workflow.page import write_page
from kgexplain.workflow.why import Why, why

__all__ = [
    "LISTS",
    "Plan",
    "Why",
    "ask",
    "demo",
    "explain",
    "found",
    "import_dump",
    "listed",
    "why",
    "write_page",
]
