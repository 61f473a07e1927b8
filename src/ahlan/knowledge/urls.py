"""Addresses of articles, their settings, and the help centre."""

from django.urls import path

from ahlan.knowledge.views import desk, help_centre, needs, settings

app_name = "knowledge"

urlpatterns = [
    path("articles/", desk.articles, name="articles"),
    path("articles/new/", desk.new, name="new"),
    path("articles/beside/", needs.beside, name="beside"),
    path("articles/needs/", needs.needs, name="needs"),
    path("articles/needs/<int:pk>/article/", needs.answering, name="answer_need"),
    path("articles/needs/<int:pk>/assignee/", needs.assigning, name="assign_need"),
    path("articles/needs/<int:pk>/closure/", needs.closing, name="close_need"),
    path("articles/<int:pk>/", desk.article, name="article"),
    path("articles/<int:pk>/about/", desk.about, name="about"),
    path("articles/<int:pk>/review/", desk.reviewing, name="review"),
    path("articles/<int:pk>/place/", desk.moving, name="move"),
    path("articles/<int:pk>/archive/", desk.putting_away, name="put_away"),
    path("articles/<int:pk>/files/", desk.upload, name="upload"),
    path("articles/<int:pk>/preview/", desk.preview, name="preview"),
    path("articles/<int:pk>/<str:language>/", desk.wording, name="wording"),
    path("articles/<int:pk>/<str:language>/publication/", desk.publication, name="publication"),
    path("articles/<int:pk>/<str:language>/revisions/", desk.revisions, name="revisions"),
    path("articles/<int:pk>/<str:language>/restoring/", desk.restoring, name="restoring"),
    path("settings/sections/", settings.sections, name="sections"),
    path("settings/sections/new/", settings.section, name="new_section"),
    path("settings/sections/<int:pk>/", settings.section, name="section"),
    path("settings/sections/<int:pk>/place/", settings.moving, name="move_section"),
    path("settings/sections/<int:pk>/deletion/", settings.deletion, name="delete_section"),
    path("settings/help-centre/", settings.help_centre, name="help_settings"),
    path("help/", help_centre.door, name="help"),
    path("help/sitemap.xml", help_centre.sitemap, name="sitemap"),
    path("help/brand.css", help_centre.brand, name="brand"),
    path("help/logo", help_centre.logo, name="logo"),
    path("help/files/<int:pk>/", desk.file, name="file"),
    path("help/<str:language>/", help_centre.home, name="help_home"),
    path("help/<str:language>/search/", help_centre.search, name="help_search"),
    path("help/<str:language>/offers/", help_centre.offers, name="help_offers"),
    path("help/<str:language>/sections/<int:pk>-<str:slug>/", help_centre.section, name="help_section"),
    path("help/<str:language>/<int:pk>-<str:slug>/", help_centre.article, name="help_article"),
]
