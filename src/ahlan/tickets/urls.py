"""Addresses of the workspace and of everything in a ticket."""

from django.urls import path

from ahlan.tickets.views import (
    answers,
    checklist,
    choices,
    field_settings,
    fields,
    files,
    follow,
    links,
    merge,
    my,
    opening,
    portal,
    saved,
    snooze,
    split,
    tags,
    words,
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
    path("settings/types/", words.types, name="types"),
    path("settings/statuses/", words.statuses, name="statuses"),
    path("settings/statuses/default/", words.default, name="default_status"),
    path("settings/fields/", field_settings.fields, name="fields"),
    path("settings/fields/new/", field_settings.new_field, name="new_field"),
    path("settings/fields/new/options/", field_settings.options, name="new_options"),
    path("settings/fields/<int:pk>/", field_settings.field, name="field"),
    path("settings/fields/<int:pk>/options/", field_settings.options, name="options"),
    *(
        path(f"settings/{kind}/<int:pk>/{what}/", view, {"kind": kind}, name=f"{name}_{kind}")
        for kind in words.MODELS
        for what, view, name in (("place", words.place, "place"), ("archive", words.archive, "archive"))
    ),
    *(
        path(f"settings/{kind}/<int:pk>/name/", words.naming, {"kind": kind}, name=f"name_{kind}")
        for kind in ("types", "statuses")
    ),
    path("settings/tags/", tags.tags, name="tags"),
    path("settings/tags/<int:pk>/", tags.tag, name="tag"),
    path("settings/tags/<int:pk>/merge/", tags.merging, name="merge_tag"),
    path("settings/tags/<int:pk>/removal/", tags.tag_removal, name="delete_tag"),
    path("preview/", answers.preview, name="preview"),
    path("pictures/", files.picture, name="picture"),
    path("my/", my.my_requests, name="my_requests"),
    path("my/<int:number>/", my.my_request, name="my_request"),
    path("my/<int:number>/closure/", my.my_closure, name="my_closure"),
    path("my/<int:number>/files/<int:attachment>/", my.my_file, name="my_file"),
    path("requests/<str:token>/", portal.request_page, name="request"),
    path("tickets/new/fields/", opening.new_fields, name="new_fields"),
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
    path("tickets/<int:number>/tags/", work.tags, name="ticket_tags"),
    path("tickets/<int:number>/status/", work.status, name="status"),
    path("tickets/<int:number>/type/", work.type_of, name="type"),
    path("tickets/<int:number>/fields/", fields.fields, name="ticket_fields"),
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
