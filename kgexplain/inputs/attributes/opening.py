"""The attributes of a set of photographs, whatever says them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from jaxtyping import Float
from scipy.sparse import csr_array

from kgexplain.errors import InputError
from kgexplain.inputs.architecture import OutputClass
from kgexplain.inputs.attributes.birds import in_folder
from kgexplain.inputs.attributes.extraction import made_by, phrases
from kgexplain.inputs.attributes.matching import matched
from kgexplain.inputs.attributes.names import named
from kgexplain.inputs.attributes.said import Attributes, of_captions
from kgexplain.inputs.attributes.tables import (
    Captioned,
    ClassTable,
    ImageTable,
    Source,
    in_json_lines,
    in_table,
    refuse_doubles,
)
from kgexplain.inputs.images import Images, Photograph
from kgexplain.inputs.listing import Names, few, folded

FORMATS = (
    "a folder as Caltech-UCSD Birds 200-2011, a .csv or .jsonl of captions, or a .csv of attributes "
    "of photographs or classes"
)

# The folder of a class, as Caltech-UCSD Birds names it: 001.Black_footed_Albatross.
_NUMBER = re.compile(r"\d+\.")


def open_attributes(
    address: str | Path, images: Images, classes: Sequence[OutputClass], least: float = 0.5
) -> Attributes:
    """What is said of the photographs of a set, by captions or by a table of attributes.

    A folder as Caltech-UCSD Birds 200-2011: its captions below ``text_c10``, else its annotators' attributes of each
    photograph, else those of each class. A .csv with the columns image and caption, or .jsonl with the same. A .csv of
    photographs × attributes or of classes × attributes, 0 to 1 or in percent. In tables, values below ``least`` count
    as absent. Photographs are known by path, as far as it tells them apart; classes by wnid, name, or folder.

    Raises InputError for what is none of these, and where nothing is said of any photograph of the set.
    """
    place = Path(address)
    if not 0 < least <= 1:
        raise InputError(
            f"least {least}: is no share that an attribute can need; it is above 0 and at most 1"
        )
    name = place.stem if place.is_file() else place.resolve().name
    match source_of(place):
        case Captioned(captions):
            return captioned(name, place, captions, images)
        case ImageTable() as table:
            return tabled(name, place, table, images, least)
        case ClassTable() as table:
            return by_class(name, place, table, images, classes, least)


def source_of(place: Path) -> Source:
    """What a file or a folder says, by what it is."""
    if place.is_dir():
        return in_folder(place)
    if place.is_file() and place.suffix.lower() == ".csv":
        return in_table(place)
    if place.is_file() and place.suffix.lower() in {".jsonl", ".ndjson"}:
        return in_json_lines(place)
    wrong = "is none of what attributes come in" if place.exists() else "does not exist"
    raise InputError(f"{place}: {wrong}; give {FORMATS}")


def captioned(name: str, place: Path, captions: Mapping[str, tuple[str, ...]], images: Images) -> Attributes:
    """The phrases of captions."""
    paths = paths_of(place, [path for path, said in captions.items() if said], images)
    said = {key: captions[path] for key, path in paths.items()}
    found = ([phrase for caption in of_one for phrase in phrases(caption)] for of_one in said.values())
    attributes = of_captions(name, said, found, made_by())
    if not attributes.phrases:
        raise InputError(
            f"{place}: in its captions no adjective stands before a noun, as in {next(iter(said.values()))[0]!r}; "
            "attributes are found in English captions, such as 'a bird with a white head'"
        )
    used = set(paths.values())
    return told(attributes, images, [path for path in captions if path not in used])


def tabled(name: str, place: Path, table: ImageTable, images: Images, least: float) -> Attributes:
    """A table of photographs."""
    paths = paths_of(place, table.paths, images)
    row_of = {path: row for row, path in enumerate(table.paths)}
    rows = {key: row_of[path] for key, path in paths.items()}
    used = set(paths.values())
    attributes = of_rows(name, table.attributes, table.values, rows, least)
    return told(attributes, images, [path for path in table.paths if path not in used])


def by_class(
    name: str, place: Path, table: ClassTable, images: Images, classes: Sequence[OutputClass], least: float
) -> Attributes:
    """A table of classes: each photograph has the attributes of its class."""
    refuse_doubles(place, "class", [folded(_NUMBER.sub("", of)) for of in table.classes])
    names = Names([OutputClass(row, _NUMBER.sub("", of), of) for row, of in enumerate(table.classes)])
    found = ((photograph.key, names.first(labels(photograph, classes))) for photograph in images.photographs)
    rows = {key: row.index for key, row in found if row}
    if not rows:
        raise InputError(
            f"{place}: none of its {len(table.classes)} classes ({few(table.classes)}) is the class or the folder "
            f"of a photograph of {images.name}, such as {images.photographs[0].key}"
        )
    used = set(rows.values())
    attributes = of_rows(name, table.attributes, table.values, rows, least)
    return told(attributes, images, [of for row, of in enumerate(table.classes) if row not in used])


def labels(photograph: Photograph, classes: Sequence[OutputClass]) -> list[str]:
    """What the class of a photograph may be called: the network's wnid and name of it, and its folders' names."""
    folders = [_NUMBER.sub("", folder) for folder in reversed(photograph.key.split("/")[:-1])]
    if photograph.label < 0:
        return folders
    class_ = classes[photograph.label]
    return [*([class_.wnid] if class_.wnid else []), class_.name, *folders]


def paths_of(place: Path, paths: Sequence[str], images: Images) -> dict[str, str]:
    """The path that means each photograph, by the photograph's key, in the order of the set; none is an error."""
    keys = [photograph.key for photograph in images.photographs]
    path_of = {key: path for path, key in matched(paths, keys).items()}
    if not path_of:
        said = (
            f"none of the {len(paths)} photographs that it describes ({few(paths)})"
            if paths
            else "nothing in it"
        )
        raise InputError(f"{place}: {said} is of {images.name}; that has {few(keys)}")
    return {key: path_of[key] for key in keys if key in path_of}


def of_rows(
    name: str,
    names: Sequence[str],
    values: Float[np.ndarray, "rows attributes"],
    rows: Mapping[str, int],
    least: float,
) -> Attributes:
    """Photographs with the values of their rows; those below ``least`` are absent."""
    found = named(names)
    order = sorted(range(len(found)), key=lambda column: found[column].text)
    kept = csr_array(np.where(values >= least, values, 0).astype(np.float32)[:, order])
    present = kept[list(rows.values())]
    return Attributes(name, tuple(found[column] for column in order), tuple(rows), present, present)


def told(attributes: Attributes, images: Images, unused: Sequence[str]) -> Attributes:
    """The same, with what is not described, and what describes nothing."""
    described = set(attributes.images)
    without = tuple(p.key for p in images.photographs if p.key not in described)
    return replace(attributes, without=without, unused=tuple(unused))
