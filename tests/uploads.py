"""Files as a person gives them: on disk, under a name nobody chose."""

from core import settings
from core.store import uploads


def upload(name, data, visitor=settings.OWNER):
    return uploads.keep(data, name, visitor)
