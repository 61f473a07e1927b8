"""Links that are kept lead where Django's own lead."""

import pytest
from django.template import Context, Template
from django.urls import NoReverseMatch, reverse, set_script_prefix


def drawn(source: str, **given: object) -> str:
    return Template(source).render(Context(given))


@pytest.mark.parametrize("number", [0, 7, 10**17, "12"])
def test_a_number_stands_in_a_link_as_it_would(number):
    assert drawn("{% url 'tickets:merge' n %}", n=number) == reverse("tickets:merge", args=[number])


def test_words_and_numbers_side_by_side_are_left_to_django():
    link = drawn("{% url 'tickets:choices' 7 'team' %}")

    assert link == reverse("tickets:choices", args=[7, "team"])


def test_a_link_can_be_kept_under_a_name_and_is_empty_when_nothing_answers_there():
    assert drawn("{% url 'tickets:merge' 7 as way %}[{{ way }}]") == f"[{reverse('tickets:merge', args=[7])}]"
    assert drawn("{% url 'tickets:merge' 7 8 as way %}[{{ way }}]") == "[]"
    assert drawn("{% url 'tickets:merge' n as way %}[{{ way }}]", n=-1) == "[]"


def test_a_page_that_is_not_there_is_an_error():
    with pytest.raises(NoReverseMatch):
        drawn("{% url 'tickets:no_such_page' 7 %}")
    with pytest.raises(NoReverseMatch):
        drawn("{% url 'tickets:merge' n %}", n=-1)


def test_links_go_by_the_folder_the_house_stands_in():
    source = "{% url 'tickets:merge' 7 %}"
    before = drawn(source)
    set_script_prefix("/desk/")
    try:
        assert drawn(source) == f"/desk{before}"
    finally:
        set_script_prefix("/")
