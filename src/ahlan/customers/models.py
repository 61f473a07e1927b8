"""Who asks: customers, their addresses on every wire, and the organisations they belong to."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from ahlan.core.clock import now


class Organisation(models.Model):
    """A company served. `internal`: a division of one's own company."""

    name = models.CharField(_("name"), max_length=120)
    domain = models.CharField(_("mail domain"), max_length=253, blank=True)
    internal = models.BooleanField(_("own division"), default=False)
    shares_requests = models.BooleanField(_("colleagues see each other’s requests"), default=False)

    class Meta:
        ordering = ["name", "id"]
        indexes = [models.Index(fields=["domain"], name="organisation_domain")]
        constraints = [
            models.UniqueConstraint(
                fields=["domain"], condition=~models.Q(domain=""), name="organisation_domain_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Customer(models.Model):
    """One person served.

    Merging two people moves nothing: the second points at the first (`merged_into`) and everything is read
    through `primary`, so undoing it is clearing one field.
    """

    name = models.CharField(_("name"), max_length=200, blank=True)
    language = models.CharField(_("language"), max_length=10, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True)
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="customers",
        verbose_name=_("organisation"),
    )
    merged_into = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="merged", editable=False
    )
    note = models.TextField(_("about"), blank=True)
    met_at = models.DateTimeField(default=now)

    class Meta:
        verbose_name = _("customer")
        verbose_name_plural = _("customers")

    def __str__(self) -> str:
        return self.name or f"#{self.pk}"

    @property
    def actor(self) -> str:
        """How the event log names this customer."""
        return f"customer:{self.pk}"

    @property
    def primary(self) -> "Customer":
        return self.merged_into or self

    @property
    def internal(self) -> bool:
        return bool(self.organisation and self.organisation.internal)


class Address(models.Model):
    """One address of one customer on one kind of wire; no address belongs to two people."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="addresses")
    kind = models.CharField(max_length=20)
    value = models.CharField(max_length=254)
    failing_since = models.DateTimeField(null=True, blank=True)
    failure = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["kind", "value"], name="address_once")]
        indexes = [
            # for "begins with" on PostgreSQL, whose ordinary indexes go by the language's order
            models.Index(
                fields=["kind", "value"], name="address_by_start", opclasses=["", "varchar_pattern_ops"]
            ),
        ]

    def __str__(self) -> str:
        return self.value


class WayIn(models.Model):
    """A link asked for at an address, to come in without a password. Used once, and for minutes only.

    There is one for every address typed, known or not, so that asking tells nobody whom we know. The link bears the row's
    signed key, never anything that stands here.
    """

    value = models.CharField(max_length=254)
    language = models.CharField(max_length=10, blank=True)
    asked_at = models.DateTimeField(default=now)
    asked_from = models.CharField(max_length=16, blank=True)  # a keyed digest
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["value", "asked_at"], name="way_in_by_value"),
            models.Index(fields=["asked_at"], name="way_in_asked"),
        ]

    def __str__(self) -> str:
        return f"way in #{self.pk}"


class Visit(models.Model):
    """Somebody who came in by a link, in one browser. `digest`: the SHA-256 of what its cookie holds.

    It hangs on the address he proved to be his, not on a customer: who that is may change by merging and taking apart, and an
    address that is taken away takes its visits along.
    """

    address = models.ForeignKey(Address, on_delete=models.CASCADE, related_name="visits")
    digest = models.CharField(max_length=64, unique=True)
    began_at = models.DateTimeField(default=now)
    ends_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["ends_at"], name="visit_ends")]

    def __str__(self) -> str:
        return f"visit #{self.pk}"
