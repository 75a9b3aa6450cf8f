"""What an officer hands in, before it is a report."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cached_property
from uuid import UUID
from zoneinfo import ZoneInfo

from actors.models import Area, Mission, Organization
from referrals.models import Report
from referrals.workflow.identities import find_in_text

# The facts an officer states, with what an unasked question means. Names and defaults are those
# of the policy file (section 2.1); the directory supplies the others.
FACT_DEFAULTS: dict[str, object] = {
    "violations": [],
    "concerns": [],
    "facility": "none",
    "harmful_practice": "none",
    "conflict_nexus": "yes",
    "perpetrator": "unknown",
    "displacement": "none",
    "ongoing_threat": False,
    "child_still_missing": False,
    "life_saving_need": False,
    "imminent_harm": False,
    "hours_since_incident": None,
    "needs": [],
    "consent": "not_sought",
    "consent_scope": "all",
    "source": "witness",
    "patrol": "unpol_only",
    "child_contact": False,
    "interlocutor_preference": "na",
    "requested_actions": [],
    "prior_interviews": 0,
    "similar_report_exists": False,
    "media_attention": False,
    "srsg_request": False,
    "risk_flags": [],
    "community_leader_involved": False,
    "contains_identity": False,
    "officer_welfare_request": False,
}

# What else a patrol states (policy 3.2-3.5), with what an unasked question means. The rules do
# not look at it. `ages` is {"boys" | "girls" | "children_unknown": {age band: number}}; who is in
# no band is of unknown age. `briefed_at` is an ISO moment.
DETAIL_DEFAULTS: dict[str, object] = {
    "occurred_about": False,
    "part_of_day": "unknown",
    "precision": None,
    "place_kind": "unknown",
    "ages": {},
    "children_estimated": False,
    "source_type": "unknown",
    "spoke_with": [],
    "actions": [],
    "present": [],
    "briefed": [],
    "briefed_at": None,
}


@dataclass(frozen=True)
class Filing:
    """One report as handed in: checked values, nothing stored yet.

    `uuid` is made by the client, so that sending twice is one report. `area` comes loaded
    `with_path()`. Both are None only while the report is being written, to preview it. `facts`
    hold the policy's words; what is left out has its default.
    """

    uuid: UUID | None
    mission: Mission
    area: Area | None
    occurred_on: date | None = None
    occurred_until: date | None = None
    learned_on: date | None = None
    latitude: Decimal | None = None
    longitude: Decimal | None = None
    boys: int = 0
    girls: int = 0
    children_unknown: int = 0
    narrative: str = ""
    safe_contact: str = ""
    perpetrator_org: Organization | None = None
    adds_to: Report | None = None
    facts: dict[str, object] = field(default_factory=dict)
    details: dict[str, object] = field(default_factory=dict)

    @property
    def child_victims(self) -> int:
        return self.boys + self.girls + self.children_unknown

    @cached_property
    def identities(self) -> tuple[str, ...]:
        """The words of the narrative that seem to say who somebody is, each once."""
        found = find_in_text(self.narrative, self.mission)
        return tuple(dict.fromkeys(self.narrative[spot.start : spot.end] for spot in found))

    @property
    def is_restricted(self) -> bool:
        """Whether the narrative goes to the annex, which only the CP lead reads."""
        says_so = self.facts.get("contains_identity") or self.identities
        return bool(self.narrative and says_so)

    def content_hash(self) -> str:
        """Tells the same report sent again from another one under the same id (hex SHA-256)."""
        content = [
            self.area.code,
            self.occurred_on and self.occurred_on.isoformat(),
            [self.boys, self.girls, self.children_unknown],
            self.narrative,
            self.perpetrator_org and self.perpetrator_org.pk,
            self.facts,
            *self._beside_the_facts(),
        ]
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()

    def facts_at(self, at: datetime) -> dict[str, object]:
        """All facts, completed by what follows from others at the moment of filing."""
        facts = FACT_DEFAULTS | self.facts
        if facts["hours_since_incident"] is None and self.occurred_on:
            facts["hours_since_incident"] = self._hours_since(at)
        if facts["child_contact"] and facts["interlocutor_preference"] == "na":
            facts["interlocutor_preference"] = "not_asked"
        if spoke_with := self.details.get("spoke_with"):
            facts["prior_interviews"] = max(facts["prior_interviews"], len(spoke_with))
        if self.adds_to:
            facts["similar_report_exists"] = True
        if self.identities:
            facts["contains_identity"] = True
        return facts

    def _beside_the_facts(self) -> list[object]:
        """Empty where only facts were stated: such a report keeps the hash it always had."""
        stated = [
            *(str(day or "") for day in (self.occurred_until, self.learned_on)),
            *(str(number or "") for number in (self.latitude, self.longitude)),
            self.safe_contact,
            str(self.adds_to.uuid) if self.adds_to else "",
            {name: value for name, value in self.details.items() if value},
        ]
        return stated if any(stated) else []

    def _hours_since(self, at: datetime) -> int:
        """Hours since the end of that day: the shortest it can be, so no emergency is missed."""
        end = datetime.combine(
            self.occurred_on + timedelta(days=1), time(), ZoneInfo(self.mission.time_zone)
        )
        return max(0, int((at - end).total_seconds() // 3600))
