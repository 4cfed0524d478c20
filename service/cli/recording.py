"""What a command changed, told to the log of who did what."""

from service.access.actor import at_the_machine
from service.access.log import record_alone
from service.wiring import Services


def done(services: Services, action: str, subject: str, detail: str = "") -> None:
    """Write down what whoever runs this command has done."""
    record_alone(at_the_machine(), action, subject, detail, database=services.database)
