"""Proposes engineers for a track out of the platform's roster.

The roster names engineers by their ids in the table of users, so that a proposal can be assigned
(`PUT /tracks/{track}/engineers/{engineer}`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple
from uuid import UUID

import balanced_mastering as bm


class Proposal(NamedTuple):
    """An engineer as a client may see them."""

    engineer: str
    name: str
    summary: str
    score: float
    reasons: list[dict[str, Any]]
    #: To be added to the engineer's exposure in the roster once the client was shown the list.
    exposure: float


def propose(
    analysis: Mapping[str, Any], roster: bm.Roster, client: UUID, wishes: Mapping[str, Any] | None = None, top: int = 3
) -> list[Proposal]:
    """Returns engineers for an analysed track, best first, with nothing that is private to other clients.

    `analysis` is the stored result of the track. Whoever asks is the client, whatever the wishes say. Results without
    the embedding (`AnalysisConfig(tags={..., "embedding": True})`) are ranked without similar music.
    """
    asked = {**(wishes or {}), "client": str(client)}
    matches = bm.match_engineers(bm.Analysis(analysis), roster, asked, top=top)
    return [
        Proposal(
            engineer=found.id,
            name=found.name,
            summary=found.explanation.client.summary,
            score=found.score,
            reasons=[reason.to_dict() for reason in found.explanation.client.reasons],
            exposure=found.exposure,
        )
        for found in matches.matches
    ]
