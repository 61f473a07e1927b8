"""Tracking numbers: random, readable, checked."""

from itertools import combinations

from ahlan.feedback.register.numbers import LENGTH, SIGNS, new_number, told, understood


def test_a_number_is_understood_however_it_is_written():
    number = new_number()
    assert len(number) == LENGTH
    assert understood(told(number)) == number
    assert understood(f"  {told(number).lower().replace('-', ' ')}. ") == number
    arabic = number.translate(str.maketrans("23456789", "٢٣٤٥٦٧٨٩"))
    assert understood(arabic) == number


def test_every_wrong_sign_and_every_exchange_is_found():
    number = new_number()
    for place in range(LENGTH):
        for sign in set(SIGNS) - {number[place]}:
            assert understood(number[:place] + sign + number[place + 1 :]) == ""
    for one, two in combinations(range(LENGTH - 1), 2):
        swapped = list(number)
        swapped[one], swapped[two] = swapped[two], swapped[one]
        assert (understood("".join(swapped)) == "") == (number[one] != number[two])


def test_nonsense_is_no_number():
    assert [understood(one) for one in ("", "ABCD", "O0IL-O0IL-O0IL", "\x00" * 12, "9" * 5000)] == [""] * 5


def test_numbers_do_not_repeat():
    assert len({new_number() for _n in range(2000)}) == 2000
