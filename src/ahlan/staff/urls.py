"""Ways in, and the pages about people."""

from django.urls import path

from ahlan.staff import openid, views

app_name = "staff"

urlpatterns = [
    path("accounts/oidc/<str:provider_id>/login/", openid.begin, name="openid_begin"),
    path("accounts/oidc/<str:provider_id>/login/callback/", openid.callback, name="openid_callback"),
    path("in/<str:token>/", views.link, name="link"),
    path("settings/", views.profile, name="profile"),
    path("settings/people/", views.people, name="people"),
    path("settings/people/new/", views.invite, name="invite"),
    path("settings/people/<int:pk>/", views.person, name="person"),
    path("settings/people/<int:pk>/link/", views.new_link, name="new_link"),
    path("settings/teams/", views.teams, name="teams"),
    path("settings/teams/new/", views.team, name="new_team"),
    path("settings/teams/<int:pk>/", views.team, name="team"),
    path("settings/roles/", views.roles, name="roles"),
    path("settings/roles/new/", views.role, name="new_role"),
    path("settings/roles/<int:pk>/", views.role, name="role"),
    path("settings/audit/", views.audit, name="audit"),
]
