"""Every limit a person may meet, with its reason and how to change it: what the page Settings shows."""

from __future__ import annotations

from dataclasses import dataclass

from core import settings


@dataclass(frozen=True)
class Limit:
    title: str
    value: str
    why: str
    variable: str = ""
    """The environment variable that changes it, if any does."""


def limits() -> tuple[Limit, ...]:
    """As they are in force now; a classroom has tighter ones."""
    models, models_bytes = settings.models_share()
    return (
        Limit(
            "Models at work at once",
            str(settings.worker_places()),
            "One for each processor: more at once would make each of them slower.",
            "ONNX_PLAYGROUND_PLACES",
        ),
        Limit(
            "Of these for one visitor",
            str(settings.places_per_visitor()),
            "In a classroom nobody can take all of them.",
        ),
        Limit(
            "Processors for one model",
            str(settings.THREADS),
            "Several people share them; raise it when you are alone and the model is large.",
            "ONNX_PLAYGROUND_THREADS",
        ),
        Limit(
            "Longest time for one answer",
            f"{run_limit_s(settings.is_classroom()):.0f} seconds",
            "A model can be made to never end. Stop ends it sooner.",
            "ONNX_PLAYGROUND_RUN_LIMIT_S",
        ),
        Limit(
            "Memory of one model",
            f"{_gb(settings.MEMORY_BASE_BYTES)} and {settings.MEMORY_PER_BYTE} times the size of its files",
            "A model of a few bytes can ask for all memory there is. Weights are held several times while loading.",
            "ONNX_PLAYGROUND_MEMORY_BASE_GB",
        ),
        Limit(
            "Memory of all open models",
            f"{settings.MEMORY_SHARE:.0%} of this computer's",
            "The rest is for your other programs. The model used longest ago is closed for a new one.",
            "ONNX_PLAYGROUND_MEMORY_SHARE",
        ),
        Limit(
            "Models kept open",
            f"{settings.MAX_WARM_WORKERS}, for {settings.WARM_S / 60:.0f} minutes",
            "An open model answers at once; a closed one has to be opened again.",
        ),
        Limit(
            "Requests that may wait",
            f"{settings.MAX_WAITING_PER_VISITOR} of one visitor, {settings.MAX_WAITING} of all",
            "Whoever comes later hears so at once instead of waiting for ever.",
        ),
        Limit(
            "Largest model file", _gb(settings.MAX_MODEL_BYTES), "The file format itself can't hold more in one file."
        ),
        Limit(
            "Models of one visitor",
            f"{models}, together {_gb(models_bytes)}",
            "So that the disk doesn't fill up.",
        ),
        Limit(
            "Downloads at once",
            f"{settings.DOWNLOAD_PLACES_PER_VISITOR} of one visitor, {settings.DOWNLOAD_PLACES} of all",
            "More at once would share the same line; the others wait their turn.",
        ),
        Limit(
            "Left free on the disk",
            f"{settings.DISK_LEFT_BYTES / 10**6:.0f} MB",
            "A full disk breaks more than this app, so nothing is fetched that would fill it.",
        ),
        Limit(
            "Longest wait for the hub",
            f"{settings.LOOK_UP_LIMIT_S:.0f} seconds",
            "A hub that doesn't answer must not keep you waiting.",
        ),
        Limit(
            "Visitors use the owner's models",
            "yes" if settings.SHARES_LIBRARY else "no",
            "In a classroom the library of whoever runs the app is closed to others unless it is shared on purpose.",
            "ONNX_PLAYGROUND_SHARE_LIBRARY",
        ),
        Limit(
            "Open files of one visitor",
            _gb(settings.upload_share_bytes()),
            "They lie on the disk until their tab is closed; then they are deleted.",
        ),
        Limit(
            "Largest picture",
            f"{settings.MAX_PICTURE_BYTES // 2**20} MB, {settings.MAX_PICTURE_PX // 10**6} million pixels",
            "A small file can unpack to a picture that fills all memory.",
        ),
        Limit(
            "Longest text",
            f"{settings.MAX_TEXT_CHARACTERS:,} characters",
            "Models read a few pages at most; the rest would only take time.",
        ),
        Limit(
            "Largest numbers for one input",
            _gb(settings.MAX_TENSOR_BYTES),
            "They are held in memory more than once.",
        ),
    )


def run_limit_s(classroom: bool) -> float:
    """How long one answer may take."""
    return min(settings.RUN_LIMIT_S, settings.CLASSROOM_RUN_LIMIT_S) if classroom else settings.RUN_LIMIT_S


def _gb(size_bytes: float) -> str:
    return f"{size_bytes / 2**30:.3g} GB"
