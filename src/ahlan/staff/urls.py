"""Ways in, and the pages about people."""

from django.conf import settings
from django.urls import path

from ahlan.staff.views import people, presence, skills, tokens

app_name = "staff"

urlpatterns = [
    path("in/<str:token>/", people.link, name="link"),
    path("settings/", people.profile, name="profile"),
    path("settings/tokens/", tokens.own, name="tokens"),
    path("settings/tokens/new/", tokens.new, name="new_token"),
    path("settings/tokens/everybody/", tokens.everybody, name="all_tokens"),
    path("settings/tokens/<int:pk>/revocation/", tokens.revocation, name="revoke_token"),
    path("settings/people/", people.people, name="people"),
    path("settings/people/new/", people.invite, name="invite"),
    path("settings/people/<int:pk>/", people.person, name="person"),
    path("settings/people/<int:pk>/link/", people.new_link, name="new_link"),
    path("settings/people/<int:pk>/skills/", skills.person, name="skills_of"),
    path("settings/skills/", skills.matrix, name="skills"),
    path("settings/skills/new/", skills.skill, name="new_skill"),
    path("settings/skills/<int:pk>/", skills.skill, name="skill"),
    path("settings/skills/<int:pk>/removal/", skills.removal, name="remove_skill"),
    path("presence/", presence.presence, name="presence"),
    path("presence/beat/", presence.heartbeat, name="heartbeat"),
    path("presence/menu/", presence.menu, name="presence_menu"),
    path("settings/presence/", presence.settings_page, name="presence_settings"),
    path("settings/presence/new/", presence.state, name="new_presence_state"),
    path("settings/presence/<int:pk>/", presence.state, name="presence_state"),
    path("settings/presence/<int:pk>/retirement/", presence.retirement, name="retire_presence_state"),
    path("settings/teams/", people.teams, name="teams"),
    path("settings/teams/new/", people.team, name="new_team"),
    path("settings/teams/<int:pk>/", people.team, name="team"),
    path("settings/roles/", people.roles, name="roles"),
    path("settings/roles/new/", people.role, name="new_role"),
    path("settings/roles/<int:pk>/", people.role, name="role"),
    path("settings/audit/", people.audit, name="audit"),
]

if settings.SINGLE_SIGN_ON:
    from ahlan.staff import openid

    urlpatterns += [
        path("accounts/oidc/<str:provider_id>/login/", openid.begin, name="openid_begin"),
        path("accounts/oidc/<str:provider_id>/login/callback/", openid.callback, name="openid_callback"),
    ]
