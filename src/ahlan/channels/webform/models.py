"""Forms on a web page: what they look like and where what they bring is answered."""

from django.core.validators import MaxValueValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ahlan.channels.embedding import BRAND, sites_in
from ahlan.channels.models import Inbox


class Webform(models.Model):
    """One form. What comes by it lies in `inbox`, an e-mail inbox, and is answered from there."""

    slug = models.SlugField(_("address of the form"), unique=True)
    inbox = models.ForeignKey(
        Inbox, on_delete=models.PROTECT, related_name="webforms", verbose_name=_("inbox")
    )
    brand = models.CharField(_("company"), max_length=80)
    title = models.CharField(_("title"), max_length=120)
    text = models.TextField(_("words above the form"), blank=True, max_length=1000)
    thanks = models.TextField(_("words afterwards"), blank=True, max_length=1000)
    colour = models.CharField(_("colour of the button"), max_length=7, default=BRAND)
    language = models.CharField(_("language"), max_length=10, default="en")
    sites = models.TextField(
        _("web sites that may embed it"),
        blank=True,
        help_text=_("One address a line, such as https://www.example.org"),
    )
    largest = models.PositiveSmallIntegerField(
        _("most megabytes of files"),
        default=25,
        validators=[MaxValueValidator(100)],
        help_text=_("All files of one message together. 0: visitors send no files."),
    )
    kinds = models.CharField(
        _("kinds of files"),
        max_length=200,
        blank=True,
        help_text=_("The endings that are taken, such as: jpg png pdf. Without any: every kind."),
    )
    work = models.PositiveSmallIntegerField(
        _("work before sending"),
        default=15,
        validators=[MaxValueValidator(22)],
        help_text=_(
            "A small sum each browser does by itself, dear only to who sends thousands. Each step doubles it; 0: none."
        ),
    )
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        ordering = ["slug"]
        verbose_name = _("web form")
        verbose_name_plural = _("web forms")

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("webform:form", args=[self.slug])

    @property
    def largest_bytes(self) -> int:
        return self.largest * 1024 * 1024

    @property
    def endings(self) -> list[str]:
        return self.kinds.split()

    @property
    def origins(self) -> list[str]:
        return sites_in(self.sites)
