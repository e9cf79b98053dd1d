"""Lists and reads a submission's folder without following links."""

from __future__ import annotations

import os
import stat
import time
from collections import deque
from pathlib import Path, PurePosixPath

from autograder.grading.entries import MAX_DEPTH, MAX_LISTED, Entry, Listing, Unreadable, is_junk


def list_folder(source: Path) -> Listing:
    """What the folder holds, upper levels first, and what of it was refused. Raises Unreadable for no folder."""
    if not stat.S_ISDIR(source.lstat().st_mode):
        raise Unreadable(f"{source.name} is neither a folder nor a zip archive")
    listing = Listing()
    todo, looked_at = deque([PurePosixPath()]), 0
    while todo:
        above = todo.popleft()
        try:
            found = sorted(os.scandir(source / above), key=lambda item: item.name)
        except OSError as error:
            listing.refuse(str(above), f"it cannot be read ({error.strerror})")
            continue
        looked_at += len(found)
        for item in found[:MAX_LISTED]:
            _sort_in(source, above / item.name, item, listing, todo)
        if looked_at > MAX_LISTED:
            listing.notes.append(f"there are more than {MAX_LISTED} files; the others were not looked at")
            break
    return listing


def _sort_in(
    source: Path, path: PurePosixPath, item: os.DirEntry[str], listing: Listing, todo: deque[PurePosixPath]
) -> None:
    if is_junk(path):
        return
    about = item.stat(follow_symlinks=False)
    if stat.S_ISLNK(about.st_mode):
        listing.refuse(str(path), "it is a symbolic link")
    elif stat.S_ISDIR(about.st_mode):
        if len(path.parts) < MAX_DEPTH:
            todo.append(path)
        else:
            listing.refuse(str(path), "it is too deep")
    elif stat.S_ISREG(about.st_mode):
        modified = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(about.st_mtime))
        listing.entries.append(Entry(path, about.st_size, lambda limit: _read(source / path, limit), modified))
    else:
        listing.refuse(str(path), "it is not a regular file")


def _read(path: Path, limit: int) -> bytes:
    """At most `limit` bytes of a file that must still be a regular one when it is opened."""
    try:
        fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(fd, "rb") as file:
            if not stat.S_ISREG(os.fstat(fd).st_mode):
                raise Unreadable("it is not a regular file")
            return file.read(limit)
    except OSError as error:
        raise Unreadable(f"it cannot be read ({error.strerror})") from None
