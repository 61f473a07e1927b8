"""Addresses of the way of service."""

from django.urls import path

from ahlan.courtesy.views import desk, inquiries, public, questionnaires, settings

app_name = "courtesy"

urlpatterns = [
    path("settings/way/", settings.settings, name="settings"),
    path("settings/cards/new/", settings.card, name="new_card"),
    path("settings/cards/<slug:slug>/", settings.card, name="card"),
    path("settings/cards/<slug:slug>/putting-away/", settings.putting_away, name="put_card_away"),
    path("settings/cards/<slug:slug>/original/", settings.original, name="original"),
    path("settings/questionnaires/", questionnaires.questionnaire_list, name="questionnaires"),
    path("settings/questionnaires/new/", questionnaires.questionnaire, name="new_questionnaire"),
    path("settings/questionnaires/<int:pk>/", questionnaires.questionnaire, name="questionnaire"),
    path("settings/questionnaires/<int:pk>/preview/", questionnaires.preview, name="preview"),
    path(
        "settings/questionnaires/<int:pk>/putting-away/",
        questionnaires.putting_away,
        name="put_questionnaire_away",
    ),
    path("tickets/<int:number>/way/", desk.way, name="way"),
    path("tickets/<int:number>/cards/", desk.cards, name="cards"),
    path("tickets/<int:number>/inquiries/", inquiries.inquiries, name="inquiries"),
    path("tickets/<int:number>/inquiries/<int:pk>/", inquiries.inquiry, name="inquiry"),
    path("tickets/<int:number>/inquiries/<int:pk>/link/", inquiries.link, name="link"),
    path("inquiries/<str:token>/", public.answer, name="answer"),
]
