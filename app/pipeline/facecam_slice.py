"""The facecam as one render uses it: its facts, from the store, cut to the trim; draws nothing."""

import dataclasses
import json

from app.fit import trimmed_s
from app.pipeline.artifacts import ArtifactStore, digest, file_digest
from app.pipeline.clip_spec import MAX_DURATION_S
from app.pipeline.compose.facecam import FacecamFacts, probe_facecam
from app.pipeline.errors import FacecamTooLong, SpecInvalid
from app.pipeline.spec import RenderSpec

MAX_VIDEO_S = 300.0  # a longer clip may be uploaded, and trimmed
_ROUNDED_S = 0.5  # as much as containers do


def facecam_slice(spec: RenderSpec, store: ArtifactStore) -> FacecamFacts:
    """What is true of the part of the clip that `spec` asks for. Raises FacecamError, SpecInvalid.

    The clip's own facts are looked up by its content: reading all of it costs seconds.
    """
    key = digest("facecam", file_digest(spec.facecam))
    found = store.find("facecams", key)
    if found is not None:
        facts = FacecamFacts(**json.loads(found.read_text(encoding="utf-8")))
    else:
        facts = probe_facecam(spec.facecam, max_duration_s=MAX_DURATION_S)
        with store.draft() as draft:
            made = draft / "facts.json"
            made.write_text(json.dumps(dataclasses.asdict(facts)), encoding="utf-8")
            store.publish(made, "facecams", key)
    if spec.trimmed:
        facts = trim_facts(facts, spec.facecam_start_s, spec.facecam_end_s)
    if facts.duration_s > MAX_VIDEO_S + _ROUNDED_S:
        raise FacecamTooLong(spec.facecam.name, facts.duration_s, MAX_VIDEO_S)
    return facts


def trim_facts(facts: FacecamFacts, start_s: float, end_s: float | None) -> FacecamFacts:
    """The facts of the part from `start_s` to `end_s`, as if it were a clip of its own.

    Its digest names the part too, so every artifact made from it has a key of its own. An end
    after the clip's is the clip's. Raises SpecInvalid where no picture is left.
    """
    picture_s = trimmed_s(facts.picture_s, start_s, end_s)
    if picture_s <= 0:
        raise SpecInvalid(
            f"The facecam is to be used from {start_s:g} s on, but its picture ends after "
            f"{facts.picture_s:.1f} s. Choose an earlier start."
        )
    return dataclasses.replace(
        facts,
        duration_s=trimmed_s(facts.duration_s, start_s, end_s),
        picture_s=picture_s,
        picture_start_s=facts.picture_start_s + start_s,
        digest=digest("trim", facts.digest, start_s, end_s),
    )
