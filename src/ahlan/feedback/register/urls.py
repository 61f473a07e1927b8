"""Addresses of the register."""

from django.urls import path

from ahlan.feedback.register.views import desk, paper, praise, public, settings

urlpatterns = [
    path("complaints/", public.say, name="say"),
    path("complaints/follow/", public.follow, name="follow_complaint"),
    path("my/complaints/", public.mine, name="my_complaints"),
    path("my/complaints/new/", public.say_as_visitor, name="my_say"),
    path("register/", desk.register, name="register"),
    path("register/<int:pk>/", desk.complaint, name="complaint"),
    path("register/<int:pk>/step/", desk.step, name="complaint_step"),
    path("register/<int:pk>/letters/<slug:kind>/", desk.letter, name="complaint_letter"),
    path("register/<int:pk>/verified/", desk.verified, name="complaint_verified"),
    path("register/<int:pk>/closure/", desk.closure, name="complaint_closure"),
    path("register/compliments/", praise.compliments, name="compliments"),
    path("register/compliments/<int:pk>/thanks/", praise.thanks, name="compliment_thanks"),
    path("register/compliments/<int:pk>/credit/", praise.credit, name="compliment_credit"),
    path("register/compliments/<int:pk>/wall/", praise.shown, name="compliment_shown"),
    path("register/wall/", praise.wall, name="wall"),
    path("tickets/<int:number>/complaint/", desk.new_complaint, name="new_complaint"),
    path("tickets/<int:number>/compliment/", praise.new_compliment, name="new_compliment"),
    path("tickets/<int:number>/letter/", paper.draft_letter, name="draft_letter"),
    path(
        "tickets/<int:number>/messages/<int:message>/letter.pdf", paper.message_letter, name="message_letter"
    ),
    path("settings/register/", settings.settings, name="register_settings"),
    path("settings/register/letter.pdf", settings.example, name="letter_example"),
    path("settings/register/letters/<slug:kind>/", settings.wording, name="wording"),
    path("settings/register/lists/<slug:name>/", settings.term_list, name="terms"),
    path("settings/register/lists/<slug:name>/new/", settings.new_term, name="new_term"),
    path("settings/register/terms/<int:pk>/", settings.term, name="term"),
    path("settings/register/terms/<int:pk>/place/", settings.arrange_term, name="arrange_term"),
]
