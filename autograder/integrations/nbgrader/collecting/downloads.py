"""Finds each student's uploads among the downloads of a learning-management system, without unpacking them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

from autograder.grading.archives import MAX_ARCHIVE, list_archive
from autograder.grading.entries import Entry, Listing, Unreadable, shown
from autograder.grading.folders import list_folder
from autograder.integrations.nbgrader.collecting.names import LmsName, parse_name


@dataclass(frozen=True)
class Upload:
    """One file that a student uploaded. `source` is the bulk archive that it lay in, empty for the folder."""

    name: LmsName
    entry: Entry
    source: str

    @property
    def order(self) -> tuple[int, str, str]:
        """Later uploads are greater."""
        return self.name.upload, self.entry.modified, str(self.name.file)


@dataclass
class Downloads:
    """Uploads by person, and a line for everything else."""

    uploads: dict[str, list[Upload]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def add(self, listing: Listing, source: str, patterns: Sequence[str]) -> None:
        """Sort a listing's files by person."""
        place = f"{source}: " if source else ""
        self.notes += [place + note for note in listing.notes]
        for entry in listing.entries:
            name = parse_name(entry.path, patterns)
            if name is None:
                self.notes.append(f"{place}{shown(str(entry.path))} is named like no submission and was not collected")
            else:
                self.uploads.setdefault(name.key, []).append(Upload(name, entry, source))

    def latest(self) -> None:
        """Where a person is in several downloads, keep the latest one."""
        for key, uploads in self.uploads.items():
            sources = {upload.source for upload in uploads}
            if len(sources) > 1:
                kept = max(uploads, key=lambda upload: upload.order).source
                left = ", ".join(sorted(source or "the folder" for source in sources - {kept}))
                self.notes.append(f"{uploads[0].name.whose}: the latest, {kept or 'the folder'}, counts; not {left}")
                self.uploads[key] = [upload for upload in uploads if upload.source == kept]


def find_uploads(folder: Path, patterns: Sequence[str]) -> Downloads:
    """Everything in `folder`: files and folders as the LMS named them, and bulk archives of such.

    A zip at the top of `folder` that is named like no submission is taken for a bulk archive.
    """
    downloads = Downloads()
    listing = list_folder(folder)
    bulk = [entry for entry in listing.entries if _is_bulk(entry.path, patterns)]
    listing.entries = [entry for entry in listing.entries if entry not in bulk]
    downloads.add(listing, "", patterns)
    for entry in bulk:
        try:
            downloads.add(list_archive(folder / entry.path), entry.path.name, patterns)
        except Unreadable as problem:
            downloads.notes.append(f"{problem}; unpack it into {folder.name} by hand")
    downloads.latest()
    return downloads


def contents(upload: Upload, scratch: Path, expected: Sequence[str]) -> Listing:
    """The files of one upload: itself, or what a zip holds, without folders around the expected files.

    scratch: a folder to keep the zip in meanwhile. An archive that cannot be read is itself the content.
    """
    file = upload.name.file
    if file.suffix.lower() != ".zip":
        return Listing([replace(upload.entry, path=file)])
    copy = scratch / "upload.zip"
    try:
        copy.write_bytes(upload.entry.read(MAX_ARCHIVE + 1))
        listing = list_archive(copy)
    except Unreadable as problem:
        listing = Listing([replace(upload.entry, path=file)])
        listing.notes.append(f"{shown(str(file))} was not opened: {problem}")
        return listing
    finally:
        copy.unlink(missing_ok=True)
    inner = listing.unwrapped()
    # A zip of runs/ alone keeps its folder.
    entries = inner if any(str(entry.path) in expected for entry in inner) else listing.entries
    return Listing(entries, [f"{shown(str(file))}: {note}" for note in listing.capped_notes()])


def _is_bulk(path: PurePosixPath, patterns: Sequence[str]) -> bool:
    return len(path.parts) == 1 and path.suffix.lower() == ".zip" and parse_name(path, patterns) is None
