from django.apps import AppConfig


class FeedbackConfig(AppConfig):
    name = "ahlan.feedback"
    label = "feedback"
