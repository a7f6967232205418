"""Terms: what attributes are worth, measured on images, beside baselines and with the interval that images leave open."""

from kgexplain.vocabulary.naming import term

# What is measured.
PCK = term("kgx:pck")
RETRIEVAL_RECALL = term("kgx:retrievalRecall")
RETRIEVAL_PRECISION = term("kgx:retrievalPrecision")
RETRIEVAL_TRUE_NEGATIVE_RATE = term("kgx:retrievalTrueNegativeRate")
RETRIEVAL_ACCURACY = term("kgx:retrievalAccuracy")
AVERAGE_PRECISION = term("kgx:averagePrecision")
MEAN_AVERAGE_PRECISION = term("kgx:meanAveragePrecision")
BLEU = term("kgx:bleu")

# Of what, by which rule, and beside what.
ALPHA = term("kgx:alpha")
VARIANT = term("kgx:variant")
OF_ATTRIBUTE = term("kgx:ofAttribute")
IMAGE_GROUP = term("kgx:imageGroup")
BASELINE = term("kgx:baseline")
ABOVE_BASELINE = term("kgx:aboveBaseline")

# How far the images decide it.
IMAGES_MEASURED = term("kgx:imagesMeasured")
INTERVAL_LOW = term("kgx:intervalLow")
INTERVAL_HIGH = term("kgx:intervalHigh")
INTERVAL_LEVEL = term("kgx:intervalLevel")

# How often an image's concepts have one in common with those of its class, and what tells the classes apart.
CONCEPT_PRECISION = term("kgx:conceptPrecision")
CONCEPT_PRECISION_DEVIATION = term("kgx:conceptPrecisionDeviation")
CONCEPT_PRECISION_LIFT = term("kgx:conceptPrecisionLift")
CONCEPT_PRECISION_P = term("kgx:conceptPrecisionP")
CLASS_CONCEPT_PRECISION = term("kgx:classConceptPrecision")
CLASS_CONCEPT_PRECISION_BY_CHANCE = term("kgx:classConceptPrecisionByChance")
CLASSIFIER_ACCURACY = term("kgx:classifierAccuracy")
CLASSIFIER_F1 = term("kgx:classifierF1")
CLASSIFIER_ITERATIONS = term("kgx:classifierIterations")
