"""A unit of work: one transaction, and the repositories that speak through it."""

from sqlalchemy.ext.asyncio import AsyncConnection

from core.storage.audit import Audit
from core.storage.charges import Charges
from core.storage.consultations import Consultations
from core.storage.contributions import Contributions
from core.storage.curves import Curves
from core.storage.deliveries import Deliveries
from core.storage.dialogues import Dialogues
from core.storage.experiments import Experiments
from core.storage.follow_ups import FollowUps
from core.storage.inbox import Inbox
from core.storage.lessons import Lessons
from core.storage.meetings import Meetings
from core.storage.members import Members
from core.storage.outsiders import Outsiders
from core.storage.paid import Paid
from core.storage.people import People
from core.storage.privacy import Privacy
from core.storage.readouts import Readouts
from core.storage.reports import Reports
from core.storage.satisfactions import Satisfactions
from core.storage.senders import Senders
from core.storage.shelf import Shelf
from core.storage.sorting import Sorting
from core.storage.sources import Sources
from core.storage.staff import Staff
from core.storage.web import Web


class Unit:
    """Made by `Storage.unit()` and `Storage.reading()`; of no use after their block."""

    def __init__(self, connection: AsyncConnection) -> None:
        self.connection = connection
        self.audit = Audit(connection)
        self.charges = Charges(connection)
        self.inbox = Inbox(connection)
        self.people = People(connection)
        self.consultations = Consultations(connection)
        self.dialogues = Dialogues(connection)
        self.contributions = Contributions(connection)
        self.curves = Curves(connection)
        self.deliveries = Deliveries(connection)
        self.experiments = Experiments(connection)
        self.lessons = Lessons(connection)
        self.follow_ups = FollowUps(connection)
        self.outsiders = Outsiders(connection)
        self.paid = Paid(connection)
        self.satisfactions = Satisfactions(connection)
        self.senders = Senders(connection)
        self.staff = Staff(connection)
        self.readouts = Readouts(connection)
        self.reports = Reports(connection)
        self.privacy = Privacy(connection)
        self.web = Web(connection)
        self.sorting = Sorting(connection)
        self.sources = Sources(connection)
        self.meetings = Meetings(connection)
        self.members = Members(connection)
        self.shelf = Shelf(connection)
