"""What the staff read on their pages while the disk is full."""

import pytest

from service.jobs import keeping
from service.jobs.claiming import claim
from service.settings.environment import Settings
from service.web.app import create_app
from service.wiring import build_services
from tests.doors import access_of, member, send, sign_in
from tests.fakes import MeanColourEncoder
from tests.integration.jobs.test_trouble import fill_up
from tests.integration.jobs.work import count
from tests.mounts import small_disk


@pytest.fixture
def disk(tmp_path):
    with small_disk(tmp_path / "disk", kilobytes=8 * 1024) as folder:
        yield folder


@pytest.fixture
def services(disk):
    built = build_services(Settings(home=disk / "home"), MeanColourEncoder())
    yield built
    built.close()


def test_a_job_says_that_the_disk_is_full_and_so_does_what_cannot_be_written(services, disk):
    access = access_of(services)
    app = create_app(services, access)
    member("the-editor", "editor", access=access)
    editor = app.test_client()
    sign_in(editor, "the-editor")
    page = f"/staff/jobs/{count(services).number}"
    claim("me", services=services)
    before = editor.get(page)
    fill_up(disk)

    during = editor.get(page)
    refused = send(editor, page, f"{page}/pause")

    (disk / "filler").unlink()
    after = send(editor, page, f"{page}/pause")
    assert "The disk is full" not in before.text
    assert "The disk is full. Make room" in during.text
    assert refused.status_code == 507
    assert "<h1" in refused.text
    assert "The disk is full" in refused.text
    assert after.status_code == 303
    assert keeping.newest(1, services=services)[0].wish is not None
