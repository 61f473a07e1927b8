"""Addresses of feedback."""

from django.urls import path

from ahlan.feedback.journal.urls import urlpatterns as journal
from ahlan.feedback.register.urls import urlpatterns as register
from ahlan.feedback.segments.urls import urlpatterns as segments
from ahlan.feedback.views import builder, desk, public, results, surveys

app_name = "feedback"

urlpatterns = [
    *register,
    *journal,
    *segments,
    path("s/<str:token>/", public.answer, name="answer"),
    path("s/<str:token>/stop/", public.stop, name="stop"),
    path("p/<str:slug>/", public.place, name="place"),
    path("feedback/", results.results, name="results"),
    path("feedback/low/", desk.low_scores, name="low_scores"),
    path("feedback/low/<int:pk>/outcome/", desk.outcome, name="outcome"),
    path("feedback/<slug:key>/", results.instrument, name="result"),
    path("feedback/<slug:key>/answers/", results.answers, name="answers"),
    path("feedback/<slug:key>/words/", results.words, name="words"),
    path("feedback/<slug:key>/export/", results.export, name="export"),
    path("settings/surveys/", surveys.survey_list, name="surveys"),
    path("settings/surveys/new/", surveys.survey, name="new_survey"),
    path("settings/surveys/<int:pk>/", surveys.survey, name="survey"),
    path("settings/surveys/<int:pk>/asked/", surveys.asked, name="asked"),
    path("settings/surveys/<int:pk>/switch/", surveys.switch, name="switch"),
    path("settings/surveys/<int:pk>/places/", surveys.places, name="places"),
    path("settings/places/<int:pk>/", surveys.place, name="place_settings"),
    path("settings/places/<int:pk>/code.svg", surveys.code, name="code"),
    path("settings/instruments/", builder.instrument_list, name="instruments"),
    path("settings/instruments/new/", builder.instrument, name="new_instrument"),
    path("settings/instruments/<slug:key>/", builder.instrument, name="instrument"),
    path("settings/instruments/<slug:key>/preview/", builder.preview, name="preview"),
    path("settings/instruments/<slug:key>/archive/", builder.archive, name="archive"),
]
