"""A shop without a product, and people of each role on its pages; shared by all tests here."""

import shutil

import pytest

from catalog import jobs
from catalog.access.terms import Role
from service.settings.environment import Settings
from service.uploads.kept import Uploads
from service.web.app import create_app
from service.wiring import build_services
from tests.doors import access_of, member, sign_in
from tests.fakes import MeanColourEncoder


@pytest.fixture(scope="package")
def services(tmp_path_factory):
    """A shop without a product, for all tests here: opening one takes longer than they do."""
    settings = Settings(home=tmp_path_factory.mktemp("pages") / "home", max_upload_mb=1)
    built = build_services(settings, encoder=MeanColourEncoder())
    yield built
    built.close()


@pytest.fixture(scope="package")
def come_in(services):
    """Sign somebody in, by their role."""
    access = access_of(services)
    app = create_app(services, access)
    for role in Role:
        member(f"the-{role}", role, access=access)

    def come_in(role):
        client = app.test_client()
        sign_in(client, f"the-{role}")
        return client

    return come_in


@pytest.fixture
def uploads(services):
    return Uploads(services.settings.home, services.settings.max_import_bytes)


@pytest.fixture(autouse=True)
def _clean(services, uploads):
    """Leave neither files nor jobs to the next test."""
    yield
    for upload in uploads.every("import"):
        uploads.remove(upload.token)
    with services.database.writing() as session:
        jobs.remove(session, [row.id for row in jobs.page(session, 50)])
    shutil.rmtree(services.settings.jobs, ignore_errors=True)


@pytest.fixture(scope="package")
def editor(come_in):
    return come_in(Role.EDITOR)
