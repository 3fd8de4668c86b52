"""A discussion on the hub, and the one comment of the bot in it."""

from typing import NamedTuple

from huggingface_hub import DiscussionComment, HfApi

from dls.bot.marker import Mark, marker_line, read_mark
from dls.hub.repository import explained


class OwnComment(NamedTuple):
    """A comment that the bot wrote before."""

    id: str
    mark: Mark
    content: str


class OpenDiscussion(NamedTuple):
    """A discussion with the bot's comments in it; more than one only where a machine stopped while it wrote."""

    api: HfApi
    author: str
    repository: str
    num: int
    is_pull_request: bool
    comments: tuple[OwnComment, ...]

    @property
    def mark(self) -> Mark | None:
        """The mark of the comment that counts."""
        return self.comments[0].mark if self.comments else None

    def write(self, mark: Mark, text: str) -> None:
        """Write the comment, or bring it up to date, and hide each further one.

        Raises:
            DlsError: the hub does not take it.
        """
        content = marker_line(mark) + text
        with explained(self.repository, None):
            if not self.comments:
                self.api.comment_discussion(self.repository, self.num, content)
            elif self.comments[0].content != content:
                self.api.edit_discussion_comment(self.repository, self.num, self.comments[0].id, content)
            for comment in self.comments[1:]:
                self.api.hide_discussion_comment(self.repository, self.num, comment.id)


def open_discussion(api: HfApi, repository: str, num: int, author: str | None = None) -> OpenDiscussion:
    """Return a discussion with the comments whose author is the bot itself and that begin with its mark.

    Args:
        api: the client.
        repository: its name.
        num: of the discussion.
        author: the name of the bot; None to ask the hub.

    Raises:
        DlsError: the discussion is not there, may not be read, or the hub does not answer.
    """
    with explained(repository, None):
        name = author or str(api.whoami()["name"])
        details = api.get_discussion_details(repository, num)
    comments = []
    for event in details.events:
        if isinstance(event, DiscussionComment) and event.author == name and not event.hidden:
            mark = read_mark(event.content)
            comments += [OwnComment(event.id, mark, event.content)] if mark else []
    return OpenDiscussion(api, name, repository, num, bool(details.is_pull_request), tuple(comments))
