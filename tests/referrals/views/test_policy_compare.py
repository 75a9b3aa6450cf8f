"""Two versions of the policy side by side: what differs, and nothing else."""

import html
import re

import pytest
from django.test import Client

from tests.referrals.policy_texts import drop_row, guard_of, row_of, stored_version
from tests.referrals.policy_versions import (
    safe_version,
)
from tests.referrals.views.policy_pages import (
    MAPPING,
    ROWS,
    read,
)


class TestComparing:
    def compared(self, client: Client, old: int, new: int) -> dict[str, str]:
        """{code: label} of everything the page names as not the same."""
        page = client.get(f"/policy/compare/{old}/{new}/").content.decode()
        found = re.findall(
            r'<article class="difference">.*?>(\w+)</span>\s*<code class="ref">(.*?)</code>',
            page,
            re.DOTALL,
        )
        return {html.unescape(code): label for label, code in found}

    def test_it_names_exactly_what_differs_and_counts_the_rest(self, as_admin):
        def edit(policy):
            row_of(policy, "R05")["recipients"][0]["redaction"] = "RD1"
            guard_of(policy, "MEDIA_LOCK")["reason"] = "No words to the media."
            policy["derived"]["mass"]["when"]["at_least"] = 3
            policy["deadlines"]["acknowledge"]["urgent"] = 120
            policy["facts"]["mission"]["mass_threshold"]["default"] = 3
            policy["roles"]["mission"]["members"]["RADIO_ROOM"] = "The radio room"
            drop_row(policy, "C_CHILD_LABOUR")

        stored_version(edit)
        client = as_admin()
        assert self.compared(client, 1, 2) == {
            "R05": "Changed",
            "MEDIA_LOCK": "Changed",
            "mass": "Changed",
            "acknowledge": "Changed",
            "mass_threshold": "Changed",
            "RADIO_ROOM": "Added",
            "C_CHILD_LABOUR": "Removed",
        }
        page = read(client, "/policy/compare/1/2/")
        assert "Added: 1 Changed: 5 Removed: 1 Unchanged:" in page
        assert f"Rows {len(ROWS) - 2} unchanged" in page
        assert "sees: The record without restricted parts (RD1)" in page
        assert self.compared(client, 2, 1)["C_CHILD_LABOUR"] == "Added"

    def test_only_the_sentences_that_differ_are_marked(self, as_admin):
        stored_version(
            lambda policy: row_of(policy, "R05")["recipients"][0].update(redaction="RD1")
        )
        page = as_admin().get("/policy/compare/1/2/").content.decode()
        marked = re.findall(r'class="unlike" data-mark="(.)">(.*?)</dd>', page, re.DOTALL)
        assert [(mark, "Head of Police Component" in text) for mark, text in marked] == [
            ("−", True),  # noqa: RUF001
            ("+", True),
        ]

    def test_the_order_of_rows_counts(self, as_admin):
        def swap(policy):
            rows = policy["sections"][0]["rows"]
            rows.insert(0, rows.pop(-1))

        stored_version(swap)
        client = as_admin()
        assert self.compared(client, 1, 2) == {"R06c": "Moved"}
        assert "Stood after R06b, now stands first." in read(client, "/policy/compare/1/2/")

    def test_a_row_under_another_heading_counts_a_new_heading_alone_does_not(self, as_admin):
        def edit(policy):
            policy["sections"][0]["title"] = "2.4 Rules for all"
            last = policy["sections"][1]["rows"].pop(-1)
            policy["sections"][2]["rows"].insert(0, last)

        stored_version(edit)
        assert self.compared(as_admin(), 1, 2) == {
            "X_CP_SUBCLUSTER": "Moved",
            "2.4 Base rules": "Removed",
            "2.4 Rules for all": "Added",
        }

    def test_another_track_changes_the_rows_under_it(self, as_admin):
        stored_version(lambda policy: policy["sections"][-2].update(tracks=["standard"]))
        assert self.compared(as_admin(), 1, 2) == {
            "X_WELFARE": "Changed",
            "2.5 Help for the officer": "Changed",
        }

    @pytest.mark.parametrize("part", [*MAPPING, "translations"])
    def test_no_part_of_the_file_differs_unseen(self, as_admin, part):
        """Whatever is edited is shown: somebody confirms what they read here."""
        edits = {
            "name": lambda said: "another",
            "sources": lambda said: said | {"X": "another source"},
            "abbreviations": lambda said: said | {"app.": "appendix"},
            "roles": lambda said: (
                said | {"unpol": {"members": said["unpol"]["members"] | {"NEW": "New"}}}
            ),
            "kinds": lambda said: said | {"info": said["info"] | {"rank": 0}},
            "gates": lambda said: said | {"post_review": said["post_review"] | {"waits": True}},
            "redactions": lambda said: said | {"RN": "another notice"},
            "marks": lambda said: said | {"state": ["held", "lost"]},
            "deadlines": lambda said: said | {"release": {"emergency": 1}},
            "facts": lambda said: (
                said | {"mission": said["mission"] | {"has_cpa": {"type": "bool"}}}
            ),
            "derived": lambda said: said | {"grave": {"when": "always", "source": ["D"]}},
            "aliases": lambda said: said | {"CP_HEAD": said["CP_HEAD"][::-1]},
            "sections": lambda said: said[::-1],
            "guard_stages": lambda said: said[::-1],
            "guards": lambda said: said[:-1],
            "translations": lambda said: {"fr": {"Always told directly.": "Jamais."}},
        }
        stored_version(lambda policy: policy.update({part: edits[part](policy.get(part))}))
        assert self.compared(as_admin(), 1, 2) != {}

    def test_versions_that_say_the_same_differ_in_nothing(self, as_admin):
        safe_version()
        client = as_admin()
        assert self.compared(client, 1, 2) == {}
        page = read(client, "/policy/compare/1/2/")
        assert "Nothing differs" in page
        assert 'href="/policy/compare/2/1/"' in client.get("/policy/compare/1/2/").content.decode()


class TestAllSituations:
    ASKED = "/policy/compare/1/2/?situations=all"

    def test_it_is_worked_out_only_when_asked_for(self, as_admin):
        safe_version()
        page = as_admin().get("/policy/compare/1/2/").content.decode()
        assert 'href="?situations=all#otherwise"' in page
        assert "For instance when" not in page

    def test_it_says_who_is_told_otherwise_and_in_which_situation(self, as_admin):
        more = {"role": "CIVIL_AFFAIRS", "kind": "info", "gate": "none", "redaction": "RD2"}
        stored_version(lambda policy: row_of(policy, "C_CHILD_LABOUR")["recipients"].append(more))
        page = read(as_admin(), self.ASKED)
        assert (
            "Civil Affairs Told where they were not For instance when: Other concerns: Child labour"
        ) in page
        assert "Before: Not told After: C_CHILD_LABOUR For information · Told at once" in page

    def test_versions_that_decide_the_same_say_so(self, as_admin):
        stored_version(lambda policy: row_of(policy, "R05").update(reason="Because."))
        page = read(as_admin(), self.ASKED)
        assert "In every situation the same people are told, in the same way." in page
