"""The API as it is mounted: every room that stands has hung its operations by now."""

from ahlan.core.api.house import House

house = House()
