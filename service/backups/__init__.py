"""The whole shop in one file, and back."""

from service.backups.checking import CheckedBackup
from service.backups.manifest import Manifest
from service.backups.restoring import checked, restore
from service.backups.saving import back_up

__all__ = ["CheckedBackup", "Manifest", "back_up", "checked", "restore"]
