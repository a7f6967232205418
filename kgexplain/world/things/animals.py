"""The animals of the world: birds, fish, dogs, two wild beasts and a butterfly."""

from kgexplain.world.drawing.shapes import Outline, corners, line, oval
from kgexplain.world.things.kinds import Hinge, Part, Pattern, Thing, part

_GARDEN = {"field": 3, "forest": 3, "coast": 0.5, "lake": 1, "street": 0.7}
_SEA = {"underwater": 6, "living room": 0.6}
_HOME = {"living room": 3, "field": 3, "street": 1, "coast": 1, "forest": 0.7}
_WILD = {"savanna": 4, "forest": 1.5, "field": 1, "lake": 0.7}
_MEADOW = {"field": 4, "forest": 3, "coast": 0.5, "lake": 0.5}

_TAIL_FEATHERS = "-0.4,0.1 -1.05,0.42 -1.12,0.62 -0.9,0.66 -0.35,0.42"
_BIRD = "-0.6,0.12 -0.15,-0.32 0.35,-0.42 0.55,0 0.3,0.5 -0.2,0.58"
_BREAST = "0.32,-0.3 0.56,-0.1 0.5,0.24 0.22,0.52 -0.12,0.55 0.15,0.2"
_CROWN = "0.2,-0.6 0.3,-0.82 0.52,-0.86 0.72,-0.72 0.46,-0.66"
_WING = "0.18,-0.18 0.2,0.12 -0.25,0.34 -0.85,0.4 -0.5,0.05 -0.12,-0.22"
_BEAK = corners("0.72,-0.62 1.1,-0.48 0.7,-0.4")


def _bird(body: str, breast: str, head: str, beak: str, wing: Part) -> tuple[Part, ...]:
    return (
        part("leg", "brown", line((-0.06, 0.5), (-0.08, 0.98), 0.07), line((0.1, 0.5), (0.12, 0.98), 0.07)),
        part("tail", "black", _TAIL_FEATHERS, material="feather", hinge=Hinge((-0.45, 0.25), 14)),
        part("body", body, _BIRD, material="feather"),
        part("breast", breast, _BREAST, material="feather"),
        part("beak", beak, _BEAK, material="horn", hinge=Hinge((0.7, -0.5), 6)),
        part("head", head, oval(0.48, -0.52, 0.33, 0.3), material="feather"),
        part("crown", "black", _CROWN, material="feather"),
        part("eye", "black", oval(0.58, -0.54, 0.07, 0.07)),
        wing,
    )


def _wing(colour: str, pattern: Pattern | None = None) -> Part:
    return part("wing", colour, _WING, material="feather", pattern=pattern, hinge=Hinge((0.15, -0.1), 16))


_FISH = "-0.66,-0.1 -0.2,-0.42 0.35,-0.44 0.62,-0.2 0.62,0.2 0.3,0.42 -0.2,0.4 -0.66,0.12"
_UPPER_FIN, _LOWER_FIN = "-0.4,-0.3 -0.2,-0.72 0.2,-0.66 0.4,-0.3", "-0.3,0.3 -0.28,0.66 -0.02,0.56 0.1,0.3"
_SIDE_FIN = "0.24,0.04 0.02,0.26 -0.14,0.22 0.08,0"
_FORKED = "-0.5,-0.08 -0.96,-0.62 -1.12,-0.4 -0.84,0 -1.14,0.5 -0.9,0.62 -0.5,0.1"
_ROUND = "-0.56,-0.14 -0.9,-0.3 -1.0,0 -0.9,0.3 -0.56,0.14"


def _fish(body: str, fin: str, pattern: Pattern | None, tail: str) -> tuple[Part, ...]:
    return (
        part("tail", fin, tail, material="skin", hinge=Hinge((-0.5, 0), 12)),
        part("fin", fin, _UPPER_FIN, _LOWER_FIN, material="skin"),
        part("body", body, _FISH, material="scale", pattern=pattern),
        part("head", body, "0.5,-0.38 0.82,-0.2 0.94,0.04 0.8,0.24 0.5,0.36 0.56,0", material="scale"),
        part("eye", "white", oval(0.7, -0.1, 0.1, 0.1)),
        part("eye", "black", oval(0.72, -0.1, 0.055, 0.055)),
        part("fin", fin, _SIDE_FIN, material="skin", hinge=Hinge((0.2, 0.04), 18)),
    )


_TRUNK = "-0.68,-0.24 -0.1,-0.3 0.5,-0.36 0.62,0 0.46,0.24 -0.1,0.2 -0.56,0.26 -0.74,0"
_DOG_TAIL = "-0.62,-0.22 -0.86,-0.5 -0.98,-0.84 -0.86,-0.84 -0.74,-0.52 -0.56,-0.1"
_CAT_TAIL = "-0.64,-0.2 -0.9,-0.1 -0.98,0.3 -1.12,0.42 -1.06,0.5 -0.88,0.38 -0.8,0.04 -0.6,-0.06"
_HORSE_TAIL = "-0.66,-0.2 -0.88,-0.02 -0.9,0.5 -0.78,0.52 -0.76,0.04 -0.6,-0.1"
_MANE = "0.3,-0.38 0.4,-0.72 0.56,-0.98 0.62,-0.9 0.5,-0.6 0.42,-0.34"


def _leg(coat: str, pattern: Pattern | None, hip: float, foot: float) -> Part:
    thigh, shin = f"{hip - 0.13},0.1 {hip + 0.13},0.1", f"{foot + 0.09},0.6 {foot + 0.13},0.98"
    shape = f"{thigh} {shin} {foot - 0.09},0.98 {foot - 0.08},0.6"
    return part("leg", coat, shape, material="fur", pattern=pattern, hinge=Hinge((hip, 0.1), 9))


def _tail(colour: str, shape: str, pattern: Pattern | None = None) -> Part:
    return part("tail", colour, shape, material="fur", pattern=pattern, hinge=Hinge((-0.62, -0.14), 16))


def _head(coat: str, pattern: Pattern | None, muzzle: str, y: float) -> tuple[Part, ...]:
    neck = f"0.3,-0.3 0.52,{y - 0.02} 0.8,{y + 0.16} 0.62,0.02"
    snout = f"0.84,{y - 0.1} 1.1,{y + 0.02} 1.08,{y + 0.2} 0.78,{y + 0.22}"
    return (
        part("neck", coat, neck, material="fur", pattern=pattern),
        part("head", coat, oval(0.72, y, 0.27, 0.25), material="fur", pattern=pattern),
        part("muzzle", muzzle, snout, material="fur"),
        part("nose", "black", oval(1.1, y + 0.04, 0.07, 0.06), material="skin"),
        part("eye", "black", oval(0.81, y - 0.07, 0.05, 0.05)),
    )


def _beast(coat: str, pattern: Pattern | None, tail: Part, head: tuple[Part, ...]) -> tuple[Part, ...]:
    far, near = ((-0.36, -0.3), (0.5, 0.58)), ((-0.56, -0.56), (0.36, 0.36))
    return (
        tail,
        *(_leg(coat, pattern, hip, foot) for hip, foot in far),
        part("body", coat, _TRUNK, material="fur", pattern=pattern),
        *(_leg(coat, pattern, hip, foot) for hip, foot in near),
        *head,
    )


def _dog(coat: str, pattern: Pattern | None, ear: str) -> tuple[Part, ...]:
    floppy = "0.5,-0.66 0.64,-0.62 0.6,-0.36 0.5,-0.24 0.42,-0.4"
    return (
        *_beast(coat, pattern, _tail(coat, _DOG_TAIL, pattern), _head(coat, pattern, coat, -0.46)),
        part("ear", ear, floppy, material="fur", hinge=Hinge((0.56, -0.6), 8)),
        part("collar", "collar", corners("0.36,-0.3 0.46,-0.38 0.78,-0.16 0.7,-0.06"), material="leather"),
    )


def _tiger() -> tuple[Part, ...]:
    stripes = Pattern("striped", "black", 0.2, 100)
    return (
        *_beast(
            "orange", stripes, _tail("orange", _CAT_TAIL, stripes), _head("orange", stripes, "white", -0.46)
        ),
        part("ear", "black", oval(0.56, -0.68, 0.11, 0.11), material="fur"),
    )


def _zebra() -> tuple[Part, ...]:
    stripes = Pattern("striped", "black", 0.17, 90)
    return (
        *_beast("white", stripes, _tail("black", _HORSE_TAIL), _head("white", stripes, "black", -0.74)),
        part("ear", "white", "0.56,-0.86 0.52,-1.12 0.62,-1.14 0.7,-0.9", material="fur"),
        part("mane", "black", _MANE, material="fur"),
    )


def _flipped(shape: Outline) -> Outline:
    return tuple((-x, y) for x, y in shape)


def _both(name: str, colour: str, right: Part, pattern: Pattern | None = None) -> Part:
    """A part and its mirror image on the left."""
    shapes = *right.outlines, *(_flipped(shape) for shape in right.outlines)
    return part(name, colour, *shapes, material=right.material, pattern=pattern)


def _monarch() -> tuple[Part, ...]:
    rim = part(
        "wing",
        "",
        "0.04,0 0.6,0.0 0.86,0.34 0.58,0.78 0.2,0.56",
        "0.04,-0.2 0.5,-0.86 1.0,-0.84 0.98,-0.3 0.6,0.06",
        material="scale",
    )
    inner = part(
        "wing",
        "",
        "0.1,0.08 0.54,0.1 0.68,0.34 0.5,0.6 0.22,0.44",
        "0.12,-0.18 0.52,-0.66 0.84,-0.66 0.8,-0.3 0.5,0",
        material="scale",
    )
    return (
        _both("wing", "black", rim, Pattern("spotted", "white", 0.2)),
        _both("wing", "orange", inner, Pattern("striped", "black", 0.26, 30)),
        _both("antenna", "black", part("", "", line((0.04, -0.4), (0.26, -0.86), 0.05))),
        part("body", "black", oval(0, 0.1, 0.1, 0.46)),
        part("head", "black", oval(0, -0.4, 0.12, 0.11)),
    )


_GOLDFINCH = _bird("brown", "white", "red", "pink", _wing("black", Pattern("striped", "yellow", 0.42, 60)))
_ROBIN = _bird("grey", "orange", "black", "yellow", _wing("grey"))
_GOLDFISH = _fish("coat", "coat", None, _FORKED)
_ANEMONE_FISH = _fish("orange", "fin", Pattern("striped", "white", 0.5, 90), _ROUND)
_COLLARS = {"collar": ("red", "blue", "green")}
_GOLD = {"coat": ("yellow", "yellow", "orange")}
_SCALES = {"coat": ("orange", "orange", "orange", "red", "white")}

ANIMALS = (
    Thing("n01531178", "goldfinch", "bird", _GOLDFINCH, _GARDEN, stands=0.96),
    Thing("n01558993", "robin", "bird", _ROBIN, _GARDEN, stands=0.96),
    Thing("n01443537", "goldfish", "fish", _GOLDFISH, _SEA, _SCALES, turns=16),
    Thing("n02607072", "anemone fish", "fish", _ANEMONE_FISH, _SEA, {"fin": ("orange", "black")}, turns=16),
    Thing(
        "n02110341",
        "dalmatian",
        "dog",
        _dog("white", Pattern("spotted", "black", 0.2), "black"),
        _HOME,
        _COLLARS,
        stands=0.96,
    ),
    Thing(
        "n02099601",
        "golden retriever",
        "dog",
        _dog("coat", None, "brown"),
        _HOME,
        {**_COLLARS, **_GOLD},
        stands=0.96,
    ),
    Thing("n02129604", "tiger", "cat", _tiger(), _WILD, stands=0.96),
    Thing("n02391049", "zebra", "horse", _zebra(), _WILD, stands=0.96),
    Thing("n02279972", "monarch", "butterfly", _monarch(), _MEADOW, turns=40, size=(0.13, 0.38)),
)
