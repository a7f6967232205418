"""ConceptNet by its address."""

from pathlib import Path

from kgexplain.knowledge.conceptnet.api import PublicConceptNet
from kgexplain.knowledge.conceptnet.database import LocalConceptNet
from kgexplain.knowledge.conceptnet.edge import ConceptNet


def open_conceptnet(address: str | Path) -> ConceptNet:
    """A database that ``import_assertions`` wrote, by its path, or an API, by its http or https address."""
    if str(address).startswith(("http://", "https://")):
        return PublicConceptNet(str(address))
    return LocalConceptNet(Path(address))
