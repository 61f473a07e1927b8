"""The contract of the API, for programs and for people."""

import orjson
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from ahlan.core.api.guide import chapters, problems, scopes
from ahlan.core.api.house import House
from ahlan.core.reached import address_for


@require_GET
def contract(request: HttpRequest, house: House) -> HttpResponse:
    """OpenAPI 3.1."""
    return HttpResponse(orjson.dumps(house.contract), content_type="application/json")


@require_GET
def docs(request: HttpRequest, house: House) -> HttpResponse:
    """The same as a page: nothing in it is a secret of this house, so whoever writes a program may read it."""
    address = address_for(request)
    context = {
        "chapters": chapters(house.contract, address), "problems": problems(), "scopes": scopes(),
        "address": f"{address}/api/v1", "most": settings.API_PER_MINUTE,
    }  # fmt: skip
    return render(request, "core/api.html", context)
