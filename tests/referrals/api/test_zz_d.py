from tests.referrals.api.test_reports_api import *  # noqa
from referrals.workflow import filing as f


def test_q(officer, monkeypatch):
    old = f._store_annex

    def new(report, filing):
        old(report, filing)
        field = Report._meta.get_field("annex")
        if not field.is_cached(report):
            field.set_cached_value(report, None)

    monkeypatch.setattr(f, "_store_annex", new)
    officer.post(REPORTS, s04(), format="json")
    with CaptureQueriesContext(connection) as captured:
        assert officer.post(REPORTS, s04(), format="json").status_code == 201
    assert len(captured) == 20
    assert officer.post(REPORTS, s04(safe_contact="x"), format="json").status_code == 201
