"""The commands as library calls, in the same words."""

from kgexplain.workflow.ask import LISTS, ask, listed
from kgexplain.workflow.demo import demo
from kgexplain.workflow.explain import Plan, explain, import_dump
from kgexplain.workflow.why import why

__all__ = ["LISTS", "Plan", "ask", "demo", "explain", "import_dump", "listed", "why"]
