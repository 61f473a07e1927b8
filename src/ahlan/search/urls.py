"""The address of the page."""

from django.urls import path

from ahlan.search.views import search

app_name = "search"
urlpatterns = [path("search/", search, name="search")]
