"""Small folders in the layouts of data sets."""

import numpy as np
import pytest
from PIL import Image


@pytest.fixture
def write(tmp_path):
    """Writes files below a folder: a text as it is, numbers as the pixels of a picture."""

    def write(**files):
        for name, content in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(content, str):
                path.write_text(content, encoding="utf-8")
            else:
                Image.fromarray(np.array(content, np.uint8)).save(path)
        return tmp_path

    return write
