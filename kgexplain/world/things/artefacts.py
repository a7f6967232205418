"""The other things of the world: two vehicles, a mushroom and two vessels."""

from kgexplain.world.drawing.shapes import box, corners, line, oval, ring
from kgexplain.world.things.kinds import Hinge, Part, Pattern, Thing, part

_ROADS = {"street": 5, "field": 1, "coast": 0.6, "forest": 0.5}
_WOODS = {"forest": 5, "field": 2, "lake": 0.6}
_TABLE = {"living room": 5, "field": 0.6}


def _wheels(*centres: float) -> tuple[Part, ...]:
    return (
        part("wheel", "black", *(oval(x, 0.48, 0.21, 0.21) for x in centres), material="rubber"),
        part("wheel", "grey", *(oval(x, 0.48, 0.09, 0.09) for x in centres), material="metal"),
    )


_HULL = "-1.0,-0.48 -0.94,-0.58 0.5,-0.58 0.6,-0.5 0.62,0 0.96,0.04 1.02,0.2 1.02,0.46 -1.0,0.46 -1.02,0"
_BUS = (
    part("body", "yellow", _HULL, material="metal"),
    part("stripe", "black", box(-1.0, 0.12, 0.98, 0.2), material="paint"),
    part(
        "window", "glass", *(box(x, -0.4, x + 0.26, -0.08) for x in (-0.92, -0.58, -0.24)), material="glass"
    ),
    part("windshield", "glass", corners("0.44,-0.42 0.58,-0.4 0.62,-0.04 0.44,-0.04"), material="glass"),
    part("door", "white", box(0.12, -0.42, 0.36, 0.42), material="metal"),
    part("bumper", "grey", box(0.84, 0.38, 1.08, 0.5), material="metal"),
    part("light", "white", oval(0.98, 0.26, 0.07, 0.07), material="glass"),
    *_wheels(-0.6, 0.66),
)
_RAILS = line((-1.0, -0.42), (0.42, -0.5), 0.07), line((-1.0, -0.58), (0.42, -0.66), 0.07)
_RUNGS = tuple(line((x, -0.36), (x, -0.62), 0.06) for x in (-0.8, -0.45, -0.1, 0.25))
_FIRE_ENGINE = (
    part("body", "red", box(-1.04, -0.3, 0.44, 0.44), material="metal"),
    part("cab", "red", "0.4,-0.46 0.86,-0.46 1.0,-0.1 1.04,0.44 0.4,0.44", material="metal"),
    part("stripe", "white", box(-1.04, 0.14, 1.02, 0.24), material="paint"),
    part("windshield", "glass", corners("0.78,-0.36 0.88,-0.34 0.98,-0.02 0.78,-0.02"), material="glass"),
    part("window", "glass", box(0.48, -0.34, 0.7, -0.02), material="glass"),
    part("hatch", "grey", box(-0.94, -0.18, -0.52, 0.08), box(-0.42, -0.18, 0.0, 0.08), material="metal"),
    part("ladder", "white", *_RAILS, *_RUNGS, material="metal", hinge=Hinge((0.4, -0.5), 7)),
    part("light", "blue", "0.56,-0.46 0.58,-0.62 0.74,-0.62 0.76,-0.46", material="glass"),
    part("bumper", "white", box(0.94, 0.34, 1.1, 0.46), material="metal"),
    *_wheels(-0.62, 0.7),
)
_CAP = "-0.9,-0.14 -0.72,-0.62 -0.25,-0.92 0.25,-0.92 0.72,-0.62 0.9,-0.14 0.45,-0.22 0,-0.24 -0.45,-0.22"
_STEM = "-0.16,-0.2 0.16,-0.2 0.18,0.5 0.28,0.92 0,0.98 -0.28,0.92 -0.18,0.5"
_AGARIC = (
    part("stem", "white", _STEM, material="plant"),
    part("ring", "white", "-0.2,0.1 0.2,0.1 0.34,0.3 0,0.24 -0.34,0.3", material="plant"),
    part("gill", "pink", oval(0, -0.14, 0.74, 0.14), material="plant"),
    part("cap", "cap", _CAP, material="plant", pattern=Pattern("spotted", "white", 0.3)),
)
_SPOUT = "0.5,0.3 0.78,0.06 0.86,-0.34 1.06,-0.42 1.0,-0.1 0.84,0.3 0.5,0.56"
_POT = "-0.36,-0.42 0.36,-0.42 0.68,0 0.62,0.5 0.34,0.74 -0.34,0.74 -0.62,0.5 -0.68,0"
_TEAPOT = (
    part("handle", "glaze", ring((-0.58, 0.06), (0.42, 0.44), 0.12, 90, 280), material="ceramic"),
    part("spout", "glaze", _SPOUT, material="ceramic"),
    part("body", "glaze", _POT, material="ceramic"),
    part("lid", "lid", "-0.42,-0.38 -0.28,-0.58 0,-0.66 0.28,-0.58 0.42,-0.38", material="ceramic"),
    part("knob", "lid", oval(0, -0.74, 0.12, 0.12), material="ceramic"),
)
_CUP = corners("-0.62,-0.56 0.58,-0.56 0.52,0.7 0.4,0.78 -0.44,0.78 -0.56,0.7")
_MUG = (
    part("handle", "glaze", ring((0.5, 0.08), (0.44, 0.4), 0.14, -90, 90), material="ceramic"),
    part("body", "glaze", _CUP, material="ceramic"),
    part("rim", "white", oval(-0.02, -0.56, 0.6, 0.2), material="ceramic"),
    part("coffee", "brown", oval(-0.02, -0.55, 0.5, 0.14), material="liquid"),
)
_GLASS = {"glass": ("blue", "grey", "black")}
_CAPS = {"cap": ("red", "red", "red", "orange", "brown")}
_GLAZES = ("blue", "red", "green", "brown", "white", "yellow")
_PAINTED = {"body": (None, None, Pattern("striped", "white", 0.3, 0), Pattern("spotted", "white", 0.28))}

ARTEFACTS = (
    Thing("n04146614", "school bus", "vehicle", _BUS, _ROADS, _GLASS, stands=0.66, turns=3, size=(0.2, 0.46)),
    Thing(
        "n03345487",
        "fire engine",
        "vehicle",
        _FIRE_ENGINE,
        _ROADS,
        _GLASS,
        stands=0.66,
        turns=3,
        size=(0.2, 0.46),
    ),
    Thing("n12998815", "agaric", "mushroom", _AGARIC, _WOODS, _CAPS, stands=0.94, size=(0.15, 0.4)),
    Thing(
        "n04398044",
        "teapot",
        "vessel",
        _TEAPOT,
        _TABLE,
        {"glaze": _GLAZES, "lid": _GLAZES},
        _PAINTED,
        stands=0.74,
        size=(0.15, 0.4),
    ),
    Thing(
        "n03063599",
        "coffee mug",
        "vessel",
        _MUG,
        _TABLE,
        {"glaze": _GLAZES},
        _PAINTED,
        stands=0.78,
        size=(0.16, 0.38),
    ),
)
