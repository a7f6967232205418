"""Which part of a photograph a network sees: from the pixels that it sees back to those of the photograph."""

from dataclasses import dataclass

from kgexplain.inputs.preprocessing import Preprocessing, both


@dataclass(frozen=True)
class View:
    """The part of a photograph that is seen: its edges in the photograph's pixels, and how many pixels are seen.

    Pixels are numbered by their column and row; pixel (0, 0) is the square from 0 to 1. A view can begin before the
    photograph, where a crop needs more than there is.
    """

    left: float
    top: float
    width: float
    height: float
    columns: int
    rows: int

    def original(self, column: float, row: float) -> tuple[float, float]:
        """Where a seen pixel is in the photograph: the middle of the one in pixels of the other.

        >>> View(left=10, top=0, width=20, height=20, columns=10, rows=10).original(0, 9)
        (10.5, 18.5)
        """
        return (
            self.left + (column + 0.5) * self.width / self.columns - 0.5,
            self.top + (row + 0.5) * self.height / self.rows - 0.5,
        )


def view(preprocessing: Preprocessing, width: int, height: int) -> View:
    """What a network sees of a photograph of this size, as torchvision resizes and crops.

    >>> view(Preprocessing(resize=100, crop=100), 300, 200)
    View(left=50.0, top=0.0, width=200.0, height=200.0, columns=100, rows=100)
    """
    columns, rows = resized(preprocessing, width, height)
    seen_rows, seen_columns = (rows, columns) if preprocessing.crop is None else both(preprocessing.crop)
    across, down = width / columns, height / rows
    return View(
        margin(columns, seen_columns) * across,
        margin(rows, seen_rows) * down,
        seen_columns * across,
        seen_rows * down,
        seen_columns,
        seen_rows,
    )


def resized(preprocessing: Preprocessing, width: int, height: int) -> tuple[int, int]:
    """Columns and rows after resizing: the shorter side is as long as asked, the longer one rounded down."""
    match preprocessing.resize:
        case None:
            return width, height
        case int(side):
            shorter = min(width, height)
            return side * width // shorter, side * height // shorter
        case rows, columns:
            return columns, rows


def margin(length: int, crop: int) -> int:
    """Where the crop begins: half of what is left over, to the even number; before the photograph if it is larger."""
    return round((length - crop) / 2) if crop <= length else -((crop - length) // 2)
