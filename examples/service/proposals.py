"""Endpoint that proposes engineers to the owner of a track; only where a roster is set."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

import balanced_mastering as bm
import psycopg
from asking import Asking, Here, Service
from engineers import Proposal, propose
from fastapi import APIRouter, Body, HTTPException, Query
from psycopg.rows import DictRow

router = APIRouter()


@router.post("/tracks/{track}/proposals")
def proposals(
    service: Here,
    user: Asking,
    track: UUID,
    wishes: Annotated[dict[str, Any] | None, Body()] = None,
    top: Annotated[int, Query(ge=1, le=10)] = 3,
) -> list[dict[str, Any]]:
    """Returns engineers for one of the user's analysed tracks, best first, and notes that they were shown.

    The body holds the wishes (`balanced schema wishes`). Assigned engineers get 404: what a client is offered is the client's.
    """
    with service.asking(user) as connection:
        row = connection.execute(
            "select result from tracks left join analyses on track_id = id where id = %s and owner_id = %s", (track, user.id)
        ).fetchone()
        if row is None:
            raise HTTPException(404, "there is no such track of yours")
        if row["result"] is None:
            raise HTTPException(409, "the track is not analysed; ask again when its status is done")
        roster = roster_now(service, connection)
        found = offered(row["result"], roster, user.id, wishes, top)
        for proposal in found:
            connection.execute("select add_exposure(%s, %s)", (UUID(proposal.engineer), proposal.exposure))
    # The exposure is the platform's own; the client needs none of it.
    return [{name: value for name, value in proposal._asdict().items() if name != "exposure"} for proposal in found]


def offered(
    analysis: Mapping[str, Any], roster: bm.Roster, client: UUID, wishes: Mapping[str, Any] | None, top: int
) -> list[Proposal]:
    """Returns the proposals, or the client's mistake in the wishes as a 4xx."""
    try:
        return propose(analysis, roster, client, wishes, top)
    except bm.SettingsError as error:
        raise HTTPException(422, f"{error.problem}; {error.remedy}") from error


def roster_now(service: Service, connection: psycopg.Connection[DictRow]) -> bm.Roster:
    """Returns the roster with the exposure so far, without those who cannot be assigned here."""
    path = service.settings.roster
    assert path is not None, "without a roster there is no route"
    tree = bm.roster(path).to_dict()
    known = {str(row["id"]): row["exposure"] for row in connection.execute("select id, exposure from exposure_of_engineers()")}
    tree["engineers"] = [engineer for engineer in tree["engineers"] if engineer["id"] in known]
    for engineer in tree["engineers"]:
        engineer["exposure"] += known[engineer["id"]]
    return bm.roster(tree)
