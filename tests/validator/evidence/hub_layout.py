"""The layout of a hub's cache on a disk."""

import hashlib
import os


def hub_cache(folder, home):
    """Move a folder into the cache of a hub, as its library lays it out, and return the folder of the snapshot.

    Every file of `snapshots/<revision>/` is a relative link to `blobs/<digest>`.
    """
    repository = home / "models--example--student"
    snapshot, blobs = repository / "snapshots" / ("a" * 40), repository / "blobs"
    blobs.mkdir(parents=True)
    for file in [path for path in folder.rglob("*") if path.is_file()]:
        blob = blobs / hashlib.sha256(file.read_bytes()).hexdigest()
        blob.write_bytes(file.read_bytes())
        link = snapshot / file.relative_to(folder)
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(os.path.relpath(blob, link.parent))
    return snapshot
