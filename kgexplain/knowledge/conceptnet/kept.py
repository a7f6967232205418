"""Answers of a server, kept in a file, so that no question is asked twice."""

import sqlite3
from pathlib import Path

from kgexplain.errors import InputError


class KeptAnswers:
    """Answers by the addresses that gave them. ConceptNet has been the same since 2019, so they do not grow old."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._database = sqlite3.connect(path)
        except (OSError, sqlite3.Error) as error:
            raise self._useless(error) from error
        try:
            with self._database:
                self._database.execute(
                    "CREATE TABLE IF NOT EXISTS answer(address TEXT PRIMARY KEY, text TEXT)"
                )
        except sqlite3.Error as error:
            self.close()
            raise self._useless(error) from error

    def get(self, address: str) -> str | None:
        """What an address once answered."""
        row = self._database.execute("SELECT text FROM answer WHERE address = ?", (address,)).fetchone()
        return row and str(row[0])

    def keep(self, address: str, text: str) -> None:
        """Keep what an address answered."""
        with self._database:
            self._database.execute("INSERT OR REPLACE INTO answer VALUES (?, ?)", (address, text))

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()

    def _useless(self, error: Exception) -> InputError:
        return InputError(
            f"{self._path}: answers of ConceptNet cannot be kept here ({error}); delete the file"
        )
