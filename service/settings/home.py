"""What lies where in a shop's home folder."""

from pathlib import Path


class HomeFolders:
    """The places below `home`."""

    __slots__ = ()
    home: Path

    @property
    def database(self) -> Path:
        """The SQLite file."""
        return self.home / "catalog.sqlite3"

    @property
    def photos(self) -> Path:
        """The folder of the stored pictures."""
        return self.home / "photos"

    @property
    def snapshots(self) -> Path:
        """The folder of the index snapshots."""
        return self.home / "index"

    @property
    def models(self) -> Path:
        """The folder of copies of the bundles that the catalogue is read by."""
        return self.home / "models"

    @property
    def samples(self) -> Path:
        """The folder of the photos that the front page offers to search by; may be absent."""
        return self.home / "samples"

    @property
    def quarantine(self) -> Path:
        """The folder of what a repair or a restore took out of use and did not delete."""
        return self.home / "quarantine"

    @property
    def own_folders(self) -> tuple[Path, ...]:
        """The folders whose pictures are the shop's own, and no stock to import."""
        return self.photos, self.snapshots, self.models, self.jobs

    @property
    def fetched(self) -> Path:
        """The folder of files on their way from a server into the catalogue."""
        return self.home / "fetched"

    @property
    def host_clocks(self) -> Path:
        """The file that says when hosts may be asked next; nothing is lost with it."""
        return self.home / "hosts.clocks"

    @property
    def jobs(self) -> Path:
        """The folder of what was sent for background work, and of what that makes."""
        return self.home / "jobs"

    @property
    def living(self) -> Path:
        """The folder by which workers know each other to be alive."""
        return self.home / "workers"
