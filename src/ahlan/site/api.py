"""The API as it is mounted: what every room that stands offers in its `api`.

Found here and not when the rooms are made ready, for only the process that serves pages needs any of it.
"""

from django.utils.module_loading import autodiscover_modules

from ahlan.core.api.house import House

autodiscover_modules("api")
house = House()
