from django.urls import include, path

from referrals.views import delivery, desk, filing, live_preview, override, release, reports
from referrals.views.policy import (
    compare,
    draft_guards,
    draft_rows,
    draft_whole,
    drafts,
    replays,
    switching,
    versions,
)

DRAFT = [
    path("", drafts.DraftPage.as_view(), name="policy-draft"),
    path("rows/new/", draft_rows.NewRowView.as_view(), name="policy-draft-new-row"),
    path("rows/<path:row>/", draft_rows.RowView.as_view(), name="policy-draft-row"),
    path("guards/<path:guard>/", draft_guards.GuardView.as_view(), name="policy-draft-guard"),
    path("derived/<path:name>/", draft_guards.DerivedView.as_view(), name="policy-draft-derived"),
    path("deadlines/", draft_guards.DeadlinesView.as_view(), name="policy-draft-deadlines"),
    path("text/", draft_whole.TextView.as_view(), name="policy-draft-text"),
    path("keep/", draft_whole.KeepView.as_view(), name="policy-draft-keep"),
    path("discard/", draft_whole.DiscardView.as_view(), name="policy-draft-discard"),
]

urlpatterns = [
    path("", desk.home, name="home"),
    path("desk/", desk.desk, name="desk"),
    path("reports/", reports.my_reports, name="my-reports"),
    path("reports/new/", filing.new_report, name="new-report"),
    path("reports/new/preview/", live_preview.preview, name="preview"),
    path("reports/sent/", filing.sent_in_confidence, name="sent-in-confidence"),
    path("reports/<str:reference>/", reports.show_report, name="report"),
    path("reports/<str:reference>/acknowledge/", reports.acknowledge, name="acknowledge"),
    path("reports/<str:reference>/forward/", reports.forward, name="forward"),
    path("reports/<str:reference>/share/", release.share, name="share"),
    path("reports/<str:reference>/override/<str:guard>/", override.override, name="override"),
    path("referrals/<uuid:uuid>/release/", release.release, name="release"),
    path("notice/<str:code>/", reports.open_notice, name="notice"),
    path("delivery/", delivery.board, name="delivery"),
    path("delivery/<str:code>/resend/", delivery.resend, name="resend"),
    path("policy/", versions.list_versions, name="policies"),
    path("policy/<int:number>/", versions.show_version, name="policy-version"),
    path("policy/<int:number>/file/", versions.download, name="policy-file"),
    path("policy/<int:number>/prove/", switching.prove, name="policy-prove"),
    path("policy/<int:number>/propose/", switching.propose, name="policy-propose"),
    path("policy/<int:number>/return/", switching.return_to, name="policy-return"),
    path("policy/switches/<int:pk>/confirm/", switching.confirm, name="policy-confirm"),
    path("policy/switches/<int:pk>/decline/", switching.decline, name="policy-decline"),
    path("policy/compare/<int:old>/<int:new>/", compare.compare, name="policy-compare"),
    path("policy/drafts/new/", switching.new_draft, name="policy-draft-new"),
    path("policy/drafts/<uuid:uuid>/", include(DRAFT)),
    path("policy/<int:number>/replay/", replays.start, name="policy-replay-start"),
    path("policy/replays/<uuid:uuid>/", replays.show, name="policy-replay"),
    path("policy/replays/<uuid:uuid>/progress/", replays.progress, name="policy-replay-progress"),
    path("policy/replays/<uuid:uuid>.csv", replays.export, name="policy-replay-csv"),
]
