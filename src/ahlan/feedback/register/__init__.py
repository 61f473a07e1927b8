"""The register of complaints and compliments."""
