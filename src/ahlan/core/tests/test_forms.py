from django import forms
from django.http import QueryDict

from ahlan.core.forms import Form


class Sample(Form):
    name = forms.CharField()
    tags = forms.MultipleChoiceField(choices=[("a", "a"), ("b", "b")], required=False)


def test_control_characters_never_reach_a_field() -> None:
    form = Sample(QueryDict("name=A%00d%07a&tags=a%00&tags=b"))

    assert form.is_valid()
    assert form.cleaned_data == {"name": "Ada", "tags": ["a", "b"]}


def test_a_plain_dictionary_and_an_unbound_form_work_too() -> None:
    assert Sample({"name": "Bo\x00"}).data["name"] == "Bo"
    assert not Sample().is_bound
