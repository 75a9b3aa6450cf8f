from django.urls import path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from referrals.api.views import ReportsView, ReportView

urlpatterns = [
    path("reports/", ReportsView.as_view(), name="api-reports"),
    path("reports/<str:reference>/", ReportView.as_view(), name="api-report"),
    path("schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("docs/", SpectacularSwaggerSplitView.as_view(url_name="api-schema"), name="api-docs"),
]
