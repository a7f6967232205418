"""``python -m kgexplain`` is the command line."""

from kgexplain.cli import main

main()
