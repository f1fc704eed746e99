"""Every task of every starter model with an example input: what the contract tests run over."""

from core import jobs, registry
from core.actions import _library, list_samples, open_model


def pairs():
    """(starter id, task id) for all starters whose packages are installed."""
    starters = registry.load(_library.STARTERS)
    return [
        (starter_id, task_id)
        for starter_id, starter in starters.items()
        if _library.is_installed(starter)
        for task_id in starter.TASKS
    ]


def opened(starter_id, task_id):
    return jobs.run("open_model", open_model.Request(starter_id, task_id))


def example(starter_id, task_id):
    """A filled form: the first sample, the first three where several are asked for, the defaults for the rest."""
    fields = opened(starter_id, task_id).fields
    if fields[0].kind not in ("picture", "pictures"):
        return dict(jobs.run("list_samples", list_samples.Request("text", task_id))[0].inputs)
    cards = jobs.run("list_samples", list_samples.Request("picture", task_id))
    several = {field.name: tuple(list_samples.read(card.name) for card in cards[:3]) for field in fields[:2]}
    kinds = {field.name: field.kind for field in fields if field.required and field.kind in ("picture", "pictures")}
    return {name: several[name] if kind == "pictures" else several[name][0] for name, kind in kinds.items()}
