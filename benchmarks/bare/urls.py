from django.urls import path

from benchmarks.bare.views import write

urlpatterns = [path("", write)]
