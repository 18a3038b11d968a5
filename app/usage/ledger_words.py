"""What entries of the ledger are called on pages and in files; it knows no table."""

from app.phrases import sentence

# By kind: the label, what it means, and the badge's kind and symbol.
KINDS = {
    "reserve": (
        "Reserved",
        "what a video may take at most, while it is being made",
        "info",
        "hourglass",
    ),
    "settle": (
        "Made",
        "what the finished video took less than was reserved",
        "good",
        "circle-check",
    ),
    "release": (
        "Given back",
        "what was reserved and is not needed any more",
        "neutral",
        "undo-2",
    ),
    "adjust": ("Credit", "what was given to the workspace, or corrected", "warn", "plus"),
}
_REASONS = {
    "failed": "The video failed",
    "cancelled": "Cancelled",
    "erased": "The lead was erased",
    "deleted": "Deleted",
}


def kind_words(kind: str) -> str:
    return KINDS[kind][0]


def reason_words(reason: str) -> str:
    """As a sentence begins; what somebody typed stays as it is."""
    return _REASONS.get(reason, sentence(reason))
