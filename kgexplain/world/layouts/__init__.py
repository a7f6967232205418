"""The world's pictures in the layouts of real data sets, so that one reader reads both."""

from kgexplain.world.layouts.birds import bird_layout
from kgexplain.world.layouts.broden import broden_layout
from kgexplain.world.layouts.classes import Sample, class_folders
from kgexplain.world.layouts.votes import scenic_layout, sun_layout

__all__ = ["Sample", "bird_layout", "broden_layout", "class_folders", "scenic_layout", "sun_layout"]
