"""Small sets of annotated photographs."""

import numpy as np
import pytest
from PIL import Image

# Number 4 is free, and 5 is another number of the same label.
LABELS = "id,name,category\n1,wood,material\n2,cat,object\n3,ear,part\n5,ear,part\n"


@pytest.fixture
def write(tmp_path):
    """Writes a folder with ``index.csv`` and ``labels.csv``: texts as they are, numbers as pixels."""

    def write(index, labels=LABELS, **pictures):
        for name, content in {"index.csv": index, "labels.csv": labels, **pictures}.items():
            path = tmp_path / "set" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(content, str):
                path.write_text(content, encoding="utf-8")
            else:
                Image.fromarray(np.array(content, np.uint8)).save(path)
        return tmp_path / "set"

    return write
