from django.urls import path

from referrals.views import delivery, desk, filing, release, reports

urlpatterns = [
    path("", desk.home, name="home"),
    path("desk/", desk.desk, name="desk"),
    path("reports/", reports.my_reports, name="my-reports"),
    path("reports/new/", filing.new_report, name="new-report"),
    path("reports/sent/", filing.sent_in_confidence, name="sent-in-confidence"),
    path("reports/<str:reference>/", reports.show_report, name="report"),
    path("reports/<str:reference>/acknowledge/", reports.acknowledge, name="acknowledge"),
    path("reports/<str:reference>/forward/", reports.forward, name="forward"),
    path("reports/<str:reference>/share/", release.share, name="share"),
    path("referrals/<uuid:uuid>/release/", release.release, name="release"),
    path("notice/<str:code>/", reports.open_notice, name="notice"),
    path("delivery/", delivery.board, name="delivery"),
    path("delivery/<str:code>/resend/", delivery.resend, name="resend"),
]
