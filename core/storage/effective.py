"""Whose word on a topic counts, as a condition on the contribution that a query looks at: staff's before the citizen's,
the citizen's before the tagger's. `core.model.contributions.effective` says the same of one contribution."""

import sqlalchemy as sa

from core.model.contributions import By
from core.storage.schema import contributions, tags


def about(topic: str | sa.BindParameter[str]) -> sa.ColumnElement[bool]:
    """It is about this topic."""
    return _says(tags.c.topic == topic)


def sorted_somewhere() -> sa.ColumnElement[bool]:
    """It is about some topic of the list."""
    return _says(tags.c.topic != "")


def corrected() -> sa.ColumnElement[bool]:
    """A person said what it is about, whatever the program had found."""
    return sa.exists().where(tags.c.contribution_id == contributions.c.id, tags.c.by != By.TAGGER.value)


def _says(what: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    def said(by: By, *more: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
        return sa.exists().where(tags.c.contribution_id == contributions.c.id, tags.c.by == by.value, *more)

    citizen = sa.or_(said(By.CITIZEN, what), sa.and_(~said(By.CITIZEN), said(By.TAGGER, what)))
    return sa.or_(said(By.STAFF, what), sa.and_(~said(By.STAFF), citizen))
