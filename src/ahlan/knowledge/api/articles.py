"""Articles, their languages, revisions and files; searching them."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import Http404
from django.utils.translation import gettext as _
from ninja.files import UploadedFile
from pydantic import Field

from ahlan.core.api.problems import Problem, wrong
from ahlan.core.api.shapes import (
    Cursor,
    In,
    Key,
    Language,
    Limit,
    Line,
    Listed,
    Moment,
    Out,
    Place,
    Ref,
    Text,
    all_of,
    listed,
)
from ahlan.core.clock import now
from ahlan.core.sizes import WORDS
from ahlan.knowledge.actions import articles as verbs
from ahlan.knowledge.api.room import READ, WRITE, knowledge
from ahlan.knowledge.models import Article, File, Revision, Section, Translation
from ahlan.knowledge.policies import WRITE as MAY_WRITE
from ahlan.knowledge.policies import article_for, translation_in
from ahlan.knowledge.queries import ORDER, filtered
from ahlan.knowledge.rendering import LONGEST
from ahlan.knowledge.searching import LONGEST as LONGEST_SEARCH
from ahlan.knowledge.searching import is_sure, look
from ahlan.staff.models import Agent
from ahlan.staff.policies import must
from ahlan.staff.requests import ApiRequest

State = Literal["", "published", "draft", "scheduled", "review", "missing", "older", "archived"]
Day = Annotated[date | None, Field(ge=date(1900, 1, 1), le=date(9000, 1, 1), examples=["2027-03-01"])]
Title = Annotated[Line, Field(min_length=1, max_length=verbs.LONGEST_TITLE, examples=["My cup came broken"])]
Words = Annotated[
    Text, Field(max_length=LONGEST, description="Markdown.", examples=["We send you a new cup."])
]


class TranslationOut(Out):
    language: str
    title: str
    text: Annotated[str, Field(description="The latest wording, Markdown.")]
    revision: int
    live_revision: Annotated[int, Field(description="What readers see; 0 is nothing.")]
    is_older: Annotated[bool, Field(description="The original has been worded anew since it was translated.")]
    publish_at: datetime | None
    published_at: Annotated[datetime | None, Field(description="For the first time.")]
    helped: int
    failed: int
    url: Annotated[
        str, Field(description="The page in the help centre, where it is published there; else empty.")
    ]


class ArticleOut(Out):
    id: int
    key: str
    language: Annotated[str, Field(description="The original's.")]
    section: Ref
    owner: Ref | None
    review_on: date | None
    is_archived: bool
    changed_at: datetime
    translations: list[TranslationOut]


class ArticleIn(In):
    section: Key
    language: Language
    title: Title
    text: Words = ""


class ArticleChange(In):
    section: Annotated[Key | None, Field(description="Null leaves it.")] = None
    language: Annotated[Language | None, Field(description="The original's. Null leaves it.")] = None
    owner: Annotated[Key | None, Field(description="An agent; null is nobody.")] = None
    review_on: Day = None


class WordingIn(In):
    title: Title
    text: Words
    seen: Annotated[
        int | None, Field(ge=0, le=2**31 - 1, description="The revision that is changed; null does not ask.")
    ] = None
    still_of: Annotated[bool, Field(description="A slip of the pen: its age stays as it is.")] = False


class ScheduleIn(In):
    at: Moment


class RevisionOut(Out):
    number: int
    title: str
    text: str
    author: Ref | None
    made_at: datetime


class ArticleFileOut(Out):
    id: int
    name: str
    size: int
    content_type: str
    markdown: Annotated[
        str, Field(description="How the text names it.", examples=["![cup.png](attachment:12)"])
    ]
    url: str


class ArticleHit(Out):
    article: int
    language: str
    title: str
    url: str
    text: str
    is_sure: Annotated[
        bool, Field(description="A word of the search stands in it, not only something like one.")
    ]


def told(one: Article) -> ArticleOut:
    original = translation_in(one, one.language)
    return ArticleOut(
        id=one.pk, key=one.key, language=one.language, section=Ref(id=one.section_id, name=str(one.section)),
        owner=Ref.to(one.owner), review_on=one.review_on, is_archived=one.archived_at is not None,
        changed_at=one.changed_at, translations=[_wording(one, said, original) for said in one.translations.all()],
    )  # fmt: skip


def _wording(article: Article, one: Translation, original: Translation | None) -> TranslationOut:
    is_public = one.is_live and article.section.is_public and article.archived_at is None
    return TranslationOut(
        language=one.language, title=one.title, text=one.text, revision=one.revision, live_revision=one.live,
        is_older=bool(original and one.is_older_than(original)), publish_at=one.publish_at, published_at=one.published_at,
        helped=one.helped, failed=one.failed, url=one.get_absolute_url() if is_public else "",
    )  # fmt: skip


def _fresh(request: ApiRequest, pk: int) -> ArticleOut:
    return told(article_for(request.user, pk))


@knowledge.reads("/articles", READ)
def list_articles(
    request: ApiRequest,
    section: Annotated[int, Field(ge=0, le=2**63 - 1, description="0 is every one.")] = 0,
    state: State = "",
    language: Annotated[
        Literal["", "en", "he", "ar", "fi", "fa", "ru"], Field(description="The state in that language.")
    ] = "",
    words: Annotated[Line, Field(description="Words of the title.")] = "",
    cursor: Cursor = "",
    limit: Limit = 30,
) -> Listed[ArticleOut]:
    """List articles. The latest changed first."""
    found = filtered(section=section, state=state, language=language, words=words)
    return listed(found, told, order=ORDER, cursor=cursor, limit=limit)


@knowledge.reads("/articles/search", READ)
def search_articles(
    request: ApiRequest,
    q: Annotated[
        Line,
        Field(
            min_length=1,
            max_length=LONGEST_SEARCH,
            description="What is looked for.",
            examples=["broken cup"],
        ),
    ],
    language: Annotated[
        Literal["", "en", "he", "ar", "fi", "fa", "ru"], Field(description="In this one first.")
    ] = "",
    limit: Limit = 10,
) -> Listed[ArticleHit]:
    """Search the published articles. Best first."""

    def hit(one: Any) -> ArticleHit:
        spoken = known.get(one.object_id, "")
        text = "".join(piece for piece, _marked in one.text)
        return ArticleHit(
            article=one.group_id,
            language=spoken,
            title=one.shown.title,
            url=one.shown.url,
            text=text,
            is_sure=is_sure(one),
        )

    hits = look(q, language, request.user, size=limit).hits
    known = dict(
        Translation.objects.filter(pk__in=[one.object_id for one in hits]).values_list("pk", "language")
    )
    return all_of(hits, hit)


@knowledge.reads("/articles/{int:pk}", READ)
def get_article(request: ApiRequest, pk: Key) -> ArticleOut:
    """Get an article. With its latest wording in every language."""
    return _fresh(request, pk)


@knowledge.writes("POST", "/articles", WRITE, makes="/articles/{id}")
def begin_article(request: ApiRequest, given: ArticleIn) -> ArticleOut:
    """Begin an article. It is not published."""
    must(request.user, MAY_WRITE)
    if not given.title.strip():
        raise wrong("title", _("A title is needed."))
    made = verbs.begin_article(
        _section(given.section),
        language=given.language,
        title=given.title,
        text=given.text,
        agent=request.user,
    )
    return _fresh(request, made.pk)


def _section(pk: int) -> Section:
    found = Section.objects.filter(pk=pk).first()
    if found is None:
        raise wrong("section", _("There is no such section."))
    return found


@knowledge.writes("PATCH", "/articles/{int:pk}", WRITE)
def change_article(request: ApiRequest, pk: Key, given: ArticleChange) -> ArticleOut:
    """Set what holds for an article in every language. What is left out stays."""
    found = article_for(request.user, pk, MAY_WRITE)
    changes: dict[str, Any] = {}
    if given.section is not None:
        changes["section"] = _section(given.section)
    if given.language is not None:
        changes["language"] = str(given.language)
    if "owner" in given.model_fields_set:
        changes["owner"] = Agent.objects.active().filter(pk=given.owner).first() if given.owner else None
        if given.owner and changes["owner"] is None:
            raise wrong("owner", _("There is no such agent."))
    if "review_on" in given.model_fields_set:
        changes["review_on"] = given.review_on
    try:
        verbs.set_article(found, agent=request.user, **changes)
    except ValueError:
        raise wrong("language", _("It is not worded in this language.")) from None
    return _fresh(request, pk)


@knowledge.writes("POST", "/articles/{int:pk}/place", WRITE)
def move_article(request: ApiRequest, pk: Key, given: Place) -> ArticleOut:
    """Move an article in its section."""
    verbs.move(article_for(request.user, pk, MAY_WRITE), given.steps, agent=request.user)
    return _fresh(request, pk)


@knowledge.writes("POST", "/articles/{int:pk}/archive", WRITE)
def put_article_away(request: ApiRequest, pk: Key) -> ArticleOut:
    """Put an article away. No reader sees it any more."""
    verbs.put_away(article_for(request.user, pk, MAY_WRITE), agent=request.user)
    return _fresh(request, pk)


@knowledge.writes("DELETE", "/articles/{int:pk}/archive", WRITE)
def bring_article_back(request: ApiRequest, pk: Key) -> ArticleOut:
    """Bring an article back."""
    verbs.put_away(article_for(request.user, pk, MAY_WRITE), False, agent=request.user)
    return _fresh(request, pk)


@knowledge.writes("PUT", "/articles/{int:pk}/translations/{str:language}", WRITE)
def word_article(request: ApiRequest, pk: Key, language: Language, given: WordingIn) -> ArticleOut:
    """Word an article in one language. A draft, until it is published."""
    found = article_for(request.user, pk, MAY_WRITE)
    if not given.title.strip():
        raise wrong("title", _("A title is needed."))
    verbs.word(
        found,
        language,
        title=given.title,
        text=given.text,
        seen=given.seen,
        still_of=given.still_of,
        agent=request.user,
    )
    return _fresh(request, pk)


def _said(request: ApiRequest, pk: int, language: str, *permissions: str) -> Translation:
    found = translation_in(article_for(request.user, pk, *permissions), language)
    if found is None:
        raise Http404("not worded in this language")
    return found


@knowledge.writes("POST", "/articles/{int:pk}/translations/{str:language}/publication", WRITE)
def publish_article(request: ApiRequest, pk: Key, language: Language) -> ArticleOut:
    """Publish the latest wording of an article."""
    verbs.publish(_said(request, pk, language, MAY_WRITE), agent=request.user)
    return _fresh(request, pk)


@knowledge.writes("DELETE", "/articles/{int:pk}/translations/{str:language}/publication", WRITE)
def take_article_back(request: ApiRequest, pk: Key, language: Language) -> ArticleOut:
    """Take an article back. Its words stay as a draft."""
    verbs.take_back(_said(request, pk, language, MAY_WRITE), agent=request.user)
    return _fresh(request, pk)


@knowledge.writes("PUT", "/articles/{int:pk}/translations/{str:language}/schedule", WRITE)
def schedule_article(request: ApiRequest, pk: Key, language: Language, given: ScheduleIn) -> ArticleOut:
    """Let an article be published at a moment."""
    found = _said(request, pk, language, MAY_WRITE)
    if given.at <= now():
        raise wrong("at", _("That moment is over."))
    verbs.schedule(found, given.at, agent=request.user)
    return _fresh(request, pk)


@knowledge.writes("DELETE", "/articles/{int:pk}/translations/{str:language}/schedule", WRITE)
def unschedule_article(request: ApiRequest, pk: Key, language: Language) -> ArticleOut:
    """Let an article not be published by itself."""
    verbs.schedule(_said(request, pk, language, MAY_WRITE), None, agent=request.user)
    return _fresh(request, pk)


@knowledge.reads("/articles/{int:pk}/translations/{str:language}/revisions", READ)
def list_revisions(
    request: ApiRequest, pk: Key, language: Language, cursor: Cursor = "", limit: Limit = 30
) -> Listed[RevisionOut]:
    """List the revisions of an article in one language. The latest first."""

    def tell(one: Revision) -> RevisionOut:
        return RevisionOut(
            number=one.number, title=one.title, text=one.text, author=Ref.to(one.author), made_at=one.made_at
        )

    found = _said(request, pk, language).revisions.select_related("author")
    return listed(found, tell, order=("-number",), cursor=cursor, limit=limit)


@knowledge.writes(
    "POST", "/articles/{int:pk}/translations/{str:language}/revisions/{int:revision}/restoration", WRITE
)
def restore_revision(request: ApiRequest, pk: Key, language: Language, revision: Key) -> ArticleOut:
    """Word an article as it was in a revision. That is a new revision, a draft."""
    found = _said(request, pk, language, MAY_WRITE)
    if revision > 2**31 - 1:
        raise Http404("no such revision")
    try:
        verbs.restore(found, revision, agent=request.user)
    except Revision.DoesNotExist:
        raise Http404("no such revision") from None
    return _fresh(request, pk)


@knowledge.reads("/articles/{int:pk}/files", READ)
def list_article_files(request: ApiRequest, pk: Key) -> Listed[ArticleFileOut]:
    """List the files of an article."""
    return all_of(article_for(request.user, pk).files.all()[: verbs.MOST_FILES], _file)


def _file(one: File) -> ArticleFileOut:
    mark = "!" if one.is_picture else ""
    return ArticleFileOut(
        id=one.pk, name=one.name, size=one.size, content_type=one.content_type, url=one.url,
        markdown=f"{mark}[{one.name}](attachment:{one.pk})",
    )  # fmt: skip


@knowledge.writes("POST", "/articles/{int:pk}/files", WRITE, largest=verbs.LARGEST_FILE + WORDS)
def keep_article_file(request: ApiRequest, pk: Key, file: UploadedFile) -> ArticleFileOut:
    """Keep a picture or a file of an article. At most 10 MB."""
    found = article_for(request.user, pk, MAY_WRITE)
    if (file.size or 0) > verbs.LARGEST_FILE:
        raise Problem(413)
    kept = verbs.keep_file(
        found, file.read(), name=file.name or "file", content_type=file.content_type or "application/octet-stream",
        agent=request.user,
    )  # fmt: skip
    return _file(kept)


@knowledge.writes("DELETE", "/articles/{int:pk}/files/{int:file}", WRITE)
def drop_article_file(request: ApiRequest, pk: Key, file: Key) -> None:
    """Delete a file of an article."""
    found = article_for(request.user, pk, MAY_WRITE).files.filter(pk=file).first()
    if found is None:
        raise Http404("no such file")
    verbs.drop_file(found, agent=request.user)
