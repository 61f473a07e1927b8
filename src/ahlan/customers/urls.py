"""Addresses of the pages about customers."""

from django.urls import path

from ahlan.customers import my, views

app_name = "customers"

urlpatterns = [
    path("customers/", views.customers, name="customers"),
    path("customers/<int:pk>/", views.customer, name="customer"),
    path("customers/<int:pk>/addresses/", views.addresses, name="addresses"),
    path(
        "customers/<int:pk>/addresses/<int:address>/removal/", views.address_removal, name="address_removal"
    ),
    path("customers/<int:pk>/merging/", views.merging, name="merging"),
    path("customers/<int:pk>/merging/<int:other>/undo/", views.unmerging, name="unmerging"),
    path("my/sign-in/", my.sign_in, name="sign_in"),
    path("my/sign-in/sent/", my.link_sent, name="link_sent"),
    path("my/in/<str:token>/", my.way_in, name="way_in"),
    path("my/out/", my.sign_out, name="sign_out"),
    path("my/about-me/", my.about_me, name="about_me"),
    path("organisations/", views.organisations, name="organisations"),
    path("organisations/new/", views.organisation, name="new_organisation"),
    path("organisations/<int:pk>/", views.organisation, name="organisation"),
]
