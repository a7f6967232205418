"""Words that mean something else in a description of a picture than in the newspapers that taggers learned from."""


def words(text: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(text.split())


# Nouns that are adjectives before others: "a tan and white belly".
COLOURS = words(
    "violet indigo tan buff cream ivory gold silver bronze copper rust chestnut cinnamon ruby rose teal aqua cyan navy "
    "lime charcoal slate ash ebony jet cobalt mustard lemon peach salmon plum burgundy maroon beige"
)

# The same, but only right before what they describe: "light brown", "a medium bird"; not "a grey light and white wheels".
DEGREES = words("light medium round blunt front")

# Participles that make an adjective of the noun before them: "rust colored wings".
OF_A_NOUN = words("colored coloured sized shaped tipped toned")

NOUNS = dict.fromkeys(words("back covert tint eyering marking lining edging webbing"), "NN") | dict.fromkeys(
    words("leaves highlights"), "NNS"
)

# A plural that nobody uses in the singular.
PLURAL_ONLY = words("upperparts underparts")

# Tags that hold wherever the word stands. NO, which is not in Penn Treebank, is what denies the phrase after it;
# how many there are, and whether they are alike, is no attribute.
ALWAYS = (
    dict.fromkeys(words("no not without lacks lacking"), "NO")
    | dict.fromkeys(words("and or but & /"), "CC")
    | dict.fromkeys(
        words("many several few other various same similar different such own more most much overall"), "CD"
    )
    | dict.fromkeys(words("features sports"), "VBZ")
)
