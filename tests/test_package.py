"""The door of the package: a dozen names that come when they are called."""

import re
import subprocess
import sys

import pytest

import kgexplain


def fresh(program):
    """What a new interpreter prints."""
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("name", kgexplain.__all__)
def test_every_name_is_there(name):
    assert getattr(kgexplain, name).__name__ == name


def test_every_name_is_listed():
    assert set(kgexplain.__all__) < set(dir(kgexplain))


def test_a_name_that_is_not_there_is_an_attribute_error():
    with pytest.raises(AttributeError, match=re.escape("module 'kgexplain' has no attribute 'explained'")):
        _ = kgexplain.explained


def test_a_submodule_does_not_hide_a_name():
    program = (
        "import kgexplain.workflow.why, kgexplain; print(kgexplain.why.__module__, callable(kgexplain.why))"
    )
    assert fresh(program) == "kgexplain.workflow.why True\n"


@pytest.mark.parametrize("module", ["kgexplain", "kgexplain.cli"])
def test_torch_is_not_imported_before_it_is_needed(module):
    assert fresh(f"import sys, {module}; print('torch' in sys.modules)") == "False\n"
