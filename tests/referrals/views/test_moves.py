"""The tables of moves as a page: all of them, in words."""

from actors.roles import Role
from referrals.statuses import (
    REFERRAL_MOVE_WORDS,
    REPORT_MOVE_WORDS,
    ReferralStatus,
    ReportStatus,
)


def test_every_move_and_every_status_stands_there_in_words(as_role):
    page = as_role(Role.CPA).get("/desk/moves/").content.decode()
    words = [*REPORT_MOVE_WORDS.values(), *REFERRAL_MOVE_WORDS.values()]
    words += [*ReportStatus.labels, *ReferralStatus.labels, "The status it had before"]
    assert [str(each) for each in words if str(each) not in page] == []


def test_a_row_says_from_where_to_where(as_role):
    page = as_role(Role.CPA).get("/desk/moves/").content.decode()
    row = page.split("The adviser closes it")[1].split("</tr>")[0]
    assert "Acknowledged, In triage, Routed, Follow-up, More information asked for" in row
    assert "<td>Closed</td>" in row


def test_it_is_read_after_signing_in(client, db):
    assert client.get("/desk/moves/").url == "/accounts/login/?next=/desk/moves/"
