from django.urls import path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from referrals.api import policies
from referrals.api.decisions import DECISIONS
from referrals.api.views import ReportsView, ReportView
from referrals.api.work import WORK

urlpatterns = [
    path("reports/", ReportsView.as_view(), name="api-reports"),
    path("reports/<str:reference>/", ReportView.as_view(), name="api-report"),
    *(path(f"reports/<str:reference>/{name}/", view) for name, view in WORK.items()),
    *(
        path(f"reports/<str:reference>/recipients/<str:role>/{name}/", view)
        for name, view in DECISIONS.items()
    ),
    path("policies/", policies.PoliciesView.as_view(), name="api-policies"),
    path("policies/<int:number>/", policies.PolicyView.as_view(), name="api-policy"),
    path("policies/<int:number>/propose/", policies.ProposeView.as_view()),
    path("policies/<int:number>/confirm/", policies.ConfirmView.as_view()),
    path("policies/<int:number>/decline/", policies.DeclineView.as_view()),
    path("policies/<int:number>/return/", policies.ReturnView.as_view()),
    path("schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("docs/", SpectacularSwaggerSplitView.as_view(url_name="api-schema"), name="api-docs"),
]
