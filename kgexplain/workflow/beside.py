"""What is kept beside a graph: scores of every tag, which images were used for what, how to open a network again."""

import csv
import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

import numpy as np

from kgexplain.errors import EvidenceError, InputError
from kgexplain.graph.provenance import StoredArray, stored_array
from kgexplain.graph.query import query
from kgexplain.graph.store import Store
from kgexplain.inputs.concepts.opening import PIXELS, folder_of
from kgexplain.inputs.images import Images
from kgexplain.inputs.network import Network, open_network
from kgexplain.vocabulary import name


class Beside:
    """The folder beside a store: ``folder``, else the store's own name with ``.files`` after it."""

    def __init__(self, store: Store, folder: Path | None = None) -> None:
        self.folder = folder or _default(store.address)

    def arrays(self, run: str, title: str) -> Path:
        """The file of a run's arrays with this title: one for each layer, (classes, filters)."""
        return self.folder / f"{_stem(run)}.{title}.npz"

    def evidence(self, part: str, fingerprint: Mapping[str, str]) -> Path:
        """The folder of passes over a part of some images, each fingerprint's its own."""
        digest = hashlib.sha256(json.dumps(fingerprint, sort_keys=True).encode()).hexdigest()
        return self.folder / "evidence" / f"{part}-{digest[:16]}"

    def keep_arrays(self, run: str, title: str, arrays: Mapping[str, np.ndarray]) -> StoredArray:
        """Write arrays of a run; what the graph says of the file."""
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.arrays(run, title)
        # Under another name first: a run that is killed leaves the arrays of the run before, whole.
        begun = path.with_name(f"begun.{path.name}")
        np.savez_compressed(begun, allow_pickle=False, **arrays)
        begun.replace(path)
        classes = max((len(a) for a in arrays.values()), default=0)
        return stored_array(title, path, (classes, sum(a.shape[1] for a in arrays.values())))

    def linked(self, store: Store, run: str, title: str) -> dict[str, np.ndarray]:
        """The arrays of a run with this title, by layer; they must be those that the graph links.

        Raises InputError where they are not there, EvidenceError where they are others.
        """
        files = {
            row["title"].value: row for row in store.select(query("provenance/files_of_run").bind(run=run))
        }
        path = self.arrays(run, title)
        if title not in files:
            raise InputError(f"{run}: the graph links no {title} to it; run explain again")
        try:
            content = path.read_bytes()
        except OSError as error:
            raise InputError(
                f"{path}: cannot be read ({error.strerror}), and the {title} are needed; give --files, or run explain again"
            ) from error
        if hashlib.sha256(content).hexdigest() != files[title]["sha256"].value:
            raise EvidenceError(f"{path}: not the {title} that the graph links to {run}; run explain again")
        with np.load(io.BytesIO(content), allow_pickle=False) as file:
            return {layer: file[layer] for layer in file.files}

    def keep_listing(self, run: str, parts: Mapping[str, Images], skipped: Mapping[str, str]) -> StoredArray:
        """Write which photograph was used for what, and which could not be read and why."""
        path = self.folder / f"{_stem(run)}.images.csv"
        rows = 0
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(("image", "class", "part", "reason"))
            for part, images in parts.items():
                for photograph in images.photographs:
                    reason = skipped.get(photograph.key, "")
                    used = "skipped" if reason else part
                    writer.writerow((photograph.key, photograph.label, used, reason))
                    rows += 1
        return stored_array("images", path, (rows,))

    def keep_source(self, run: str, source: str, images: Images) -> None:
        """Write where what a run learned from lies on this machine, and its images; the graph says their names only."""
        self.folder.mkdir(parents=True, exist_ok=True)
        is_place = source not in ("", PIXELS)
        places = {"source": str(Path(source).resolve()) if is_place else source}
        if images.photographs:
            places["images"] = str(folder_of(images).resolve())
        self._source(run).write_text(json.dumps(places, indent=2) + "\n", encoding="utf-8")

    def source(self, run: str) -> str | None:
        """Where what a run learned from lies; None where that is not known."""
        return self._places(run).get("source")

    def images(self, run: str) -> str | None:
        """The folder that a run's images lie in; None where that is not known."""
        return self._places(run).get("images")

    def keep_network(self, network: Network) -> None:
        """Write how to open a network again; InputError where nothing can be written."""
        words = {key: _from_anywhere(word) for key, word in network.source.items()}
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._network(network.name, network.digest).write_text(json.dumps(words, indent=2) + "\n")
        except OSError as error:
            raise InputError(
                f"{self.folder}: what is kept beside the graph cannot be written there ({error.strerror}); "
                "give another folder with --files"
            ) from error

    def network(self, title: str, digest: str) -> Network:
        """The network that was explained, opened again, and known to be the same by its digest."""
        path = self._network(title, digest)
        if not path.exists():
            raise InputError(
                f"{path}: not there, so how to open {title} is not known; give --network, or other --files"
            )
        network = open_network(**json.loads(path.read_text()))
        if network.digest != digest:
            raise InputError(
                f"{title} is not the network of the graph: its digest is {network.digest[:8]}, not {digest[:8]}"
            )
        return network

    def _places(self, run: str) -> dict[str, str]:
        path = self._source(run)
        return dict(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else {}

    def _source(self, run: str) -> Path:
        return self.folder / f"{_stem(run)}.source.json"

    def _network(self, title: str, digest: str) -> Path:
        return self.folder / f"{name(title, digest[:8])}.network.json"


def fingerprint(network: Network, images: Images, place: str) -> dict[str, str]:
    """What a pass depends on, apart from what it counts: passes of another network or other images are not resumed."""
    return {
        "network": f"{network.name} {network.digest}",
        "images": f"{images.name} {images.digest}",
        "preprocessing": json.dumps(asdict(network.preprocessing), sort_keys=True),
        "place": place,
    }


def _default(address: str) -> Path:
    if address == "memory:" or "://" in address:
        return Path("kgexplain.files")
    folder = Path(address)
    return folder.with_name(folder.name + ".files")


def _from_anywhere(word: str) -> str:
    """A word that may be a path, or a factory in a file, as it is understood from any folder.

    >>> _from_anywhere("squeezenet1_1"), _from_anywhere("package.module:function")
    ('squeezenet1_1', 'package.module:function')
    """
    file, colon, function = word.rpartition(".py:")
    path = Path(file + ".py") if colon else Path(word)
    return str(path.resolve()) + (f":{function}" if colon else "") if path.is_file() else word


def _stem(run: str) -> str:
    return run.rpartition("/")[2]
