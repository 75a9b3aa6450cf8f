from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from referrals.api import bulk, corrections, exceptions, plans, policies, tasks
from referrals.api.decisions import DECISIONS
from referrals.api.desk import DeskView
from referrals.api.story import StoryView
from referrals.api.views import ReportsView, ReportView
from referrals.api.work import ADDRESSES

PLAN = [
    path("", plans.PlanView.as_view(), name="api-plan"),
    path("sections/", plans.SectionsView.as_view()),
    path("actions/", plans.ActionsView.as_view()),
    path("actions/<int:position>/", plans.ActionView.as_view()),
    path("actions/<int:position>/tick/", plans.TickView.as_view()),
    path("offers/", plans.OffersView.as_view()),
    path("press/", plans.PressLinesView.as_view()),
    path("submit/", plans.SubmitView.as_view()),
    path("decide/", plans.DecideView.as_view()),
]
TASK = [
    path("", tasks.TaskView.as_view(), name="api-task"),
    path("end/", tasks.EndTaskView.as_view()),
    path("plan/", include(PLAN)),
]

urlpatterns = [
    path("reports/", ReportsView.as_view(), name="api-reports"),
    path("reports/<str:reference>/", ReportView.as_view(), name="api-report"),
    *(path(f"reports/<str:reference>/{name}/", view) for name, view in ADDRESSES.items()),
    *(
        path(f"reports/<str:reference>/recipients/<str:role>/{name}/", view)
        for name, view in DECISIONS.items()
    ),
    path("reports/<str:reference>/correct/", corrections.CorrectionView.as_view()),
    path("reports/<str:reference>/correct/preview/", corrections.CorrectionPreviewView.as_view()),
    path("reports/<str:reference>/override/<str:guard>/", exceptions.OverrideView.as_view()),
    path("reports/<str:reference>/share/", exceptions.ShareView.as_view()),
    path("reports/<str:reference>/story/", StoryView.as_view(), name="api-story"),
    path("reports/<str:reference>/tasks/", tasks.TasksView.as_view(), name="api-tasks"),
    path("reports/<str:reference>/tasks/<uuid:uuid>/", include(TASK)),
    path("desk/", DeskView.as_view(), name="api-desk"),
    path("bulk/<uuid:uuid>/", bulk.BulkRunView.as_view(), name="api-bulk-run"),
    path("bulk/<slug:verb>/preview/", bulk.BulkPreviewView.as_view()),
    path("bulk/<slug:verb>/start/", bulk.BulkStartView.as_view()),
    path("policies/", policies.PoliciesView.as_view(), name="api-policies"),
    path("policies/<int:number>/", policies.PolicyView.as_view(), name="api-policy"),
    path("policies/<int:number>/propose/", policies.ProposeView.as_view()),
    path("policies/<int:number>/confirm/", policies.ConfirmView.as_view()),
    path("policies/<int:number>/decline/", policies.DeclineView.as_view()),
    path("policies/<int:number>/return/", policies.ReturnView.as_view()),
    path("schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("docs/", SpectacularSwaggerSplitView.as_view(url_name="api-schema"), name="api-docs"),
]
