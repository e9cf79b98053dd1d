"""Lists and reads zip archives without ever unpacking one."""

from __future__ import annotations

import stat
import struct
import zipfile
import zlib
from functools import partial
from pathlib import Path, PurePosixPath, PureWindowsPath

from autograder.grading.entries import MAX_DEPTH, MAX_LISTED, Entry, Listing, Unreadable, is_junk

MAX_ARCHIVE = 512 * 2**20
_MAX_DIRECTORY = 8 * 2**20  # all of CIFAR-10, 60,000 entries, takes 5 MiB
_MAX_RATIO = 200
_SMALL = 2**20
_END = struct.Struct("<4s4H2LH")
_BIG_END, _BIG_SIZE = 76, struct.Struct("<Q")  # zip64: 56 bytes of record and 20 of locator before the end
# the decoders of other methods take as much memory as the archive asks for
_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}


def list_archive(source: Path) -> Listing:
    """What the archive holds, and what of it was refused. Raises Unreadable when it is no usable zip."""
    _check_directory(source)
    try:
        archive = zipfile.ZipFile(source)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise Unreadable(f"{source.name} is not a readable zip archive: {error}") from None
    listing = Listing()
    seen: set[PurePosixPath] = set()
    # stays open for the entries' readers, and closes with the last of them
    # upper levels first, as in a folder: a data set that was handed in too must not hide a module
    members = sorted(archive.infolist(), key=lambda member: member.filename.replace("\\", "/").count("/"))
    for member in members[:MAX_LISTED]:
        path = PurePosixPath(member.filename.replace("\\", "/"))
        if member.is_dir() or is_junk(path):
            continue
        problem = "there are two files of this name" if path in seen else _problem(member, path)
        seen.add(path)
        if problem is None:
            modified = "{:04}-{:02}-{:02} {:02}:{:02}:{:02}".format(*member.date_time)
            listing.entries.append(Entry(path, member.file_size, partial(_read, archive, member), modified))
        else:
            listing.refuse(member.filename, problem)
    if len(members) > MAX_LISTED:
        listing.notes.append(f"there are {len(members)} files; only the first {MAX_LISTED} were looked at")
    return listing


def _check_directory(source: Path) -> None:
    """Refuse an archive whose list of files alone would take up much memory."""
    try:
        size = source.stat().st_size
        if size > MAX_ARCHIVE:
            raise Unreadable(f"{source.name} is larger than {MAX_ARCHIVE // 2**20} MiB")
        with source.open("rb") as file:
            file.seek(max(0, size - _END.size - 2**16))
            tail = file.read()
    except OSError as error:
        raise Unreadable(f"{source.name} cannot be read: {error.strerror}") from None
    at = tail.rfind(b"PK\5\6")
    if at < 0 or len(tail) - at < _END.size:
        raise Unreadable(f"{source.name} is not a zip archive, or only the beginning of one")
    directory = _END.unpack_from(tail, at)[5]
    if at >= _BIG_END and tail[at - 20 : at - 16] == b"PK\6\7":
        directory = _BIG_SIZE.unpack_from(tail, at - _BIG_END + 40)[0]
    if directory > _MAX_DIRECTORY:
        raise Unreadable(f"{source.name} holds far too many files")


def _problem(member: zipfile.ZipInfo, path: PurePosixPath) -> str | None:
    """Why an entry is refused, or None."""
    kind = stat.S_IFMT(member.external_attr >> 16)
    if kind == stat.S_IFLNK:
        return "it is a symbolic link"
    if kind not in (0, stat.S_IFREG):
        return "it is not a regular file"
    if path.is_absolute() or PureWindowsPath(member.filename).drive or member.filename.startswith("\\"):
        return "its path is absolute"
    if ".." in path.parts:
        return "its path leads outside the archive"
    if not path.parts or len(path.parts) > MAX_DEPTH:
        return "its path is empty or too deep"
    if member.flag_bits & 1:
        return "it is encrypted"
    if member.compress_type not in _METHODS:
        return "it is compressed by an unusual method; deflate is expected"
    if member.file_size > _SMALL and member.file_size > _MAX_RATIO * member.compress_size:
        return f"it grows more than {_MAX_RATIO} times when unpacked"
    return None


def _read(archive: zipfile.ZipFile, member: zipfile.ZipInfo, limit: int) -> bytes:
    try:
        with archive.open(member) as file:
            return file.read(limit)
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, NotImplementedError, RuntimeError):
        raise Unreadable("it is damaged") from None
