"""Addresses of the workspace and of everything in a ticket."""

from django.urls import path

from ahlan.tickets.views import (
    answers,
    checklist,
    choices,
    files,
    follow,
    links,
    merge,
    opening,
    portal,
    saved,
    snooze,
    split,
    work,
    workspace,
)

app_name = "tickets"

urlpatterns = [
    path("", workspace.workspace, name="workspace"),
    path("inbox/<slug:view>/", workspace.view, name="view"),
    path("find/", workspace.find, name="find"),
    path("views/new/", saved.new_view, name="new_view"),
    path("views/<int:pk>/", saved.change_view, name="change_view"),
    path("views/<int:pk>/deletion/", saved.deletion, name="delete_view"),
    path("conditions/", saved.conditions, name="conditions"),
    path("preview/", answers.preview, name="preview"),
    path("pictures/", files.picture, name="picture"),
    path("requests/<str:token>/", portal.request_page, name="request"),
    path("tickets/new/", opening.new_ticket, name="new_ticket"),
    path("tickets/<int:number>/", workspace.ticket, name="ticket"),
    path("tickets/<int:number>/choices/<slug:menu>/", choices.choices, name="choices"),
    path("tickets/<int:number>/messages/", answers.messages_of, name="messages"),
    path("tickets/<int:number>/messages/<int:message>/unsending/", answers.unsending, name="unsending"),
    path("tickets/<int:number>/checklist/", checklist.checklist, name="checklist"),
    path("tickets/<int:number>/checklist/<int:pk>/", checklist.item, name="item"),
    path("tickets/<int:number>/links/", links.links, name="links"),
    path("tickets/<int:number>/links/<int:pk>/unlinking/", links.unlinking, name="unlinking"),
    path("tickets/<int:number>/later/<int:pk>/holding-back/", answers.holding_back, name="hold_back"),
    path("tickets/<int:number>/messages/<int:message>/sending/", answers.sending, name="sending"),
    path(
        "tickets/<int:number>/messages/<int:message>/confirmation/", answers.confirmation, name="confirmation"
    ),
    path("tickets/<int:number>/messages/<int:message>/original/", files.original, name="original"),
    path("tickets/<int:number>/presence/", answers.presence, name="presence"),
    path("tickets/<int:number>/draft/", answers.draft, name="draft"),
    path("tickets/<int:number>/files/", files.upload, name="upload"),
    path("tickets/<int:number>/files/<int:attachment>/", files.attachment, name="attachment"),
    path("tickets/<int:number>/assignment/", work.assignment, name="assignment"),
    path("tickets/<int:number>/transfer/", work.transfer, name="transfer"),
    path("tickets/<int:number>/escalation/", work.escalation, name="escalation"),
    path("tickets/<int:number>/state/", work.state, name="state"),
    path("tickets/<int:number>/priority/", work.priority, name="priority"),
    path("tickets/<int:number>/tags/", work.tags, name="tags"),
    path("tickets/<int:number>/closure/", work.closure, name="closure"),
    path("tickets/<int:number>/merge/", merge.merge, name="merge"),
    path("tickets/<int:number>/merges/<int:other>/undoing/", merge.unmerging, name="unmerging"),
    path("tickets/<int:number>/split/", split.split, name="split"),
    path("tickets/<int:number>/following/", follow.following, name="following"),
    path("tickets/<int:number>/people/", follow.people, name="people"),
    path("tickets/<int:number>/snooze/", snooze.snooze, name="snooze"),
    path("tickets/<int:number>/spam/", work.spam, name="spam"),
    path("tickets/<int:number>/deletion/", work.deletion, name="deletion"),
]
