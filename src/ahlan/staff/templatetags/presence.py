"""Whether somebody is there, drawn: `{% load presence %}`."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from ahlan.core.templatetags.ahlan import avatar
from ahlan.staff.models import Agent

register = template.Library()


@register.simple_tag
def presence(agent: Agent) -> SafeString:
    """A dot with a word for who cannot see it; other pages replace it by `data-presence` as things change."""
    word = agent.presence_word
    return format_html(
        '<span class="presence presence--{}" data-presence="{}" title="{}"><span class="visually-hidden">{}</span></span>',
        agent.presence_kind,
        agent.pk,
        word,
        word,
    )


@register.simple_tag
def face(agent: Agent, size: str = "") -> SafeString:
    """An avatar with the dot on it. Costs no query for who was read with `presence__state`."""
    return format_html('<span class="face">{}{}</span>', avatar(str(agent), size), presence(agent))
