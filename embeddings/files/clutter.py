"""What lies among a shop's pictures and is none of them: what drives and programs keep there."""

import re

HOME_MARK = "catalog.sqlite3"  # a folder with this file is a shop's home: its own pictures

_FOLDERS = re.compile(
    r"""
    \..*                                            # hidden, also .AppleDouble, .git, .Trash-1000
    | __macosx | icon\r
    | @eadir | @__thumb | @tmp | @(?:recycle|recently-snapshot|sharebin|appstore)  # Synology, QNAP
    | \#(?:recycle|snapshot) | ~snapshot | lost\+found
    | \$recycle\.bin | recycle[rd] | recycle\ bin | system\ volume\ information | found\.\d{3}
    | network\ trash\ folder | temporary\ items | thefindbyconte(?:nt|ntfolder)?
    | .+\.lrdata | .+\.photoslibrary                # previews of Lightroom, a library of Photos
    """,
    re.VERBOSE | re.IGNORECASE,
)
_FILES = re.compile(
    r"""
    \..* | icon\r
    | thumbs\.db(?:[:].*)? | ehthumbs(?:_vista)?\.db | desktop\.ini
    | ~\$.* | ~.+\.tmp                              # a document that is open in Office
    | syno(?:photo_thumb|_dir_thumb|index_media|video_).* | .+@syno(?:eastream|resource)
    """,
    re.VERBOSE | re.IGNORECASE,
)


def is_clutter(name: str) -> bool:
    """Return whether a file, by its path with `/` between, is kept by a drive or a program.

    Nobody wants to hear of these files, so they are passed over without a word.
    """
    *folders, file = name.split("/")
    return is_clutter_file(file) or any(map(is_clutter_folder, folders))


def is_clutter_file(name: str) -> bool:
    """Return whether a file's own name is that of clutter; hidden files are."""
    return _FILES.fullmatch(name) is not None


def is_clutter_folder(name: str) -> bool:
    """Return whether a folder's own name is that of clutter; hidden folders are."""
    return _FOLDERS.fullmatch(name) is not None
