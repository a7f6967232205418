"""How single words are said: articles, names of classes, and what one can have, show, or be."""

import re

# Words for a picture that are qualities, where they are said without a noun: those of SUN Attributes, and usual colours,
# sizes and states. What is not among them is taken for a thing.
_QUALITY = re.compile(
    r"aged|bare|beautiful|big|bright|broken|calm|clean|cluttered|cold|dark|dirty|dry|dull|empty|fast|flat|fresh|furry"
    r"|glossy|hairy|hard|hot|indoor|large|light|long|loud|man-?made|matte|messy|modern|moist|natural|noisy|old|open"
    r"|outdoor|plain|quiet|rough|round|rugged|rusty|sad|scary|sharp|shiny|short|slow|small|smooth|soft|soothing|spooky"
    r"|square|steep|sterile|striped|strong|sunny|symmetrical|tall|thick|thin|tiny|ugly|warm|weak|wet|wide|wild|worn|young"
    r"|black|blue|brown|buff|gr[ae]y|green|iridescent|orange|pink|purple|red|rufous|white|yellow"
    r"|.+(?:ful|less|ous|like|colou?red|shaped|made|legged|headed|tailed)"
)
# What people do, though it does not end in -ing, and things that do.
_DEED = re.compile(r"exercise|play|research|sports?|work")
_THING = re.compile(
    r"awning|building|ceiling|clothing|earring|eyering|fencing|lighting|marking|painting|railing"
)

_REMARK = re.compile(r"\s*\([^)]*\)")
_NUMBERED = re.compile(r"^\d+\.(?=\D)")
# By sound: a unicycle, a U-boat; an hour, an X-ray.
_CONSONANT = re.compile(r"(?i:uni(?!n|m)|us[aeu]|eu|ewe|once|uk|ural\b)|U[A-Z-]")
_VOWEL = re.compile(r"(?i:[aeiou]|hour|hono|heir|honest)|[FHLMNRSX](?=[A-Z-])|[xX]-")


def article(name: str) -> str:
    """A name with a or an before it, by its sound.

    >>> [article(name) for name in ("Eared Grebe", "unicycle", "hourglass", "X-ray", "House Wren")]
    ['an Eared Grebe', 'a unicycle', 'an hourglass', 'an X-ray', 'a House Wren']
    """
    is_vowel = _VOWEL.match(name) and not _CONSONANT.match(name)
    return f"{'an' if is_vowel else 'a'} {name}"


def named(class_: str) -> str:
    """A class as it is said: without the number before it, and with spaces between its words.

    >>> named("114.Black_throated_Sparrow"), named("black-footed ferret")
    ('Black throated Sparrow', 'black-footed ferret')
    """
    return " ".join(_NUMBERED.sub("", class_).replace("_", " ").split())


def spoken(words: str) -> str:
    """Words of an attribute as they are said: without remarks, and "or" for a stroke.

    >>> spoken("wood (not part of a tree)"), spoken("rock/stone"), spoken("has_tail")
    ('wood', 'rock or stone', 'has tail')
    """
    plain = _REMARK.sub("", words) or words
    return " ".join(plain.replace("/", " or ").replace("_", " ").split())


def verb(adjective: str, noun: str) -> str:
    """What a picture does with an attribute: it has a thing, it shows what people do, it is some way.

    Tables of attributes name all three without saying which.

    >>> [verb("", noun) for noun in ("sand", "swimming", "waiting in line", "dry", "aged/worn", "eyering")]
    ['has', 'shows', 'shows', 'is', 'is', 'has']
    """
    words = re.split(r"[\s/]+", noun.lower())
    if adjective:
        return "has"
    if len(words) == 1 + noun.count("/") and _QUALITY.fullmatch(words[0]):
        return "is"
    return "shows" if _is_doing(words[0]) else "has"


def _is_doing(word: str) -> bool:
    is_form = word.endswith("ing") and re.search("[aeiouy]", word[:-3]) is not None
    return _DEED.fullmatch(word) is not None or (is_form and _THING.fullmatch(word) is None)


def singular(noun: str) -> str:
    """A noun without the s of its plural, to see that two are one: tails, tail.

    >>> singular("black legs"), singular("grass"), singular("iris"), singular("bus")
    ('black leg', 'grass', 'iris', 'bus')
    """
    return noun[:-1] if re.search(r"[^isu]s$", noun) and len(noun) > 3 else noun
