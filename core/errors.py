"""The errors a person may see. Each says what happened, why, and what to do next.

UserError
├── ModelError             something is wrong with the model file
│   ├── NotOnnx            it is another kind of file, or empty
│   ├── DamagedModel       it is cut short, inconsistent, or breaks a rule of ONNX
│   ├── TooNew             it was made with a newer ONNX than the installed runtime knows
│   ├── UnknownOperator    it uses a step the installed runtime doesn't have
│   ├── MissingWeights     its weights are in other files that weren't given
│   ├── UnsafeModel        it asks for something a model has no business asking for
│   └── ModelNotFound      no model has that name
├── InputError             something is wrong with what was given to the model
│   ├── BadPicture
│   ├── BadText
│   ├── BadTensor
│   └── BadFile            a table, list of names, archive, tokenizer or chat template can't be used
├── RunFailed              the model opened but stopped while it was working
│   ├── OutOfMemory        it needed more memory than it may have
│   ├── TookTooLong        it was still working when its time was up
│   ├── Crashed            it ended its process, or sent back something that can't be
│   └── Stopped            somebody pressed Stop
├── Full                   too many people, files or models at once
├── NotFetched             something couldn't be brought from the network
│   ├── HubUnreachable     no network, or nobody there who talks like a hub
│   ├── NeedsPermission    its author or the hub wants to know who asks
│   ├── NoSuchModel        it isn't there, isn't there any more, or isn't for everybody
│   └── RateLimited        too many questions in a short time
├── NotInstalled           an optional package is missing
└── TooLarge               a limit in `core.settings` was passed
"""

from __future__ import annotations

import re


class UserError(Exception):
    """`title`: what happened. `detail`: which file, which value, what was expected. `fix`: the next thing to do.

    `technical` is what an engineer wants to read; it is shown only on request.
    """

    def __init__(self, title: str, detail: str, fix: str, technical: str = "") -> None:
        super().__init__(title)
        self.title = title
        self.detail = detail
        self.fix = fix
        self.technical = technical

    def __str__(self) -> str:
        return f"{self.title} {self.detail} {self.fix}"


class ModelError(UserError):
    """Something is wrong with the model file."""


class NotOnnx(ModelError):
    """It is another kind of file, or empty."""


class DamagedModel(ModelError):
    """It is cut short, inconsistent, or breaks a rule of ONNX."""


class TooNew(ModelError):
    """It was made with a newer ONNX than the installed runtime knows."""


class UnknownOperator(ModelError):
    """It uses a step the installed runtime doesn't have."""


class MissingWeights(ModelError):
    """Its weights are in other files that weren't given."""


class UnsafeModel(ModelError):
    """It asks for something a model has no business asking for."""


class ModelNotFound(ModelError):
    """No model has that name."""


class InputError(UserError):
    """Something is wrong with what was given to the model."""


class BadPicture(InputError):
    """The picture can't be read."""


class BadText(InputError):
    """The text can't be read."""


class BadTensor(InputError):
    """The numbers don't fit the model's input."""


class BadFile(InputError):
    """A table, list of names, archive, tokenizer or chat template can't be used."""


class RunFailed(UserError):
    """The model opened but stopped while it was working."""


class OutOfMemory(RunFailed):
    """It needed more memory than it may have."""


class TookTooLong(RunFailed):
    """It was still working when its time was up."""


class Crashed(RunFailed):
    """It ended its process, or sent back something that can't be."""


class Stopped(RunFailed):
    """Somebody pressed Stop."""


class Full(UserError):
    """Too many people, files or models at once."""


class NotFetched(UserError):
    """Something couldn't be brought from the network."""


class HubUnreachable(NotFetched):
    """No network, or nobody there who talks like a hub."""


class NeedsPermission(NotFetched):
    """Its author or the hub wants to know who asks."""


class NoSuchModel(NotFetched):
    """It isn't there, isn't there any more, or isn't for everybody."""


class RateLimited(NotFetched):
    """Too many questions in a short time. How long to wait stands in `technical` as `wait 37 s`."""

    @property
    def wait_s(self) -> int:
        """Seconds until the next try makes sense."""
        found = re.search(r"\bwait (\d{1,6}) s\b", self.technical)
        return int(found[1]) if found else 60


class NotInstalled(UserError):
    """An optional package is missing."""


class TooLarge(UserError):
    """A limit in `core.settings` was passed."""
