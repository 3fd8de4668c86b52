"""Compare the records of a log with the log itself, where its files lie beside the manifest."""

from pathlib import Path

from dls.evidence.log_records import SOURCES, complete_records, joined_items
from dls.evidence.records import RecordedRun, RecordError, record_bytes
from dls.importing.sources import records_of_sources
from dls.model import RecordFile
from dls.standard.numbers import ARMS

_UNCHECKED = ", which were not compared with the logs that they were made of"


def compare_sources(run: RecordedRun, folder: Path) -> str:
    """Return the end of a sentence: whether the records were compared with the files of their log.

    Args:
        run: the records of a log.
        folder: of its manifest; the files lie in `sources/teacher` and `sources/student`.

    Raises:
        RecordError: a file is altered, or gives other records.
        DlsError: a file is missing beside the others or cannot be read here, or the files are no pair of runs.
    """
    log = run.manifest.log
    assert log is not None
    if not (folder / SOURCES).is_dir():
        return f"{_UNCHECKED}: there is no {folder.name}/{SOURCES}"
    paths: dict[str, Path] = {}
    for file in log.sources:
        name = f"{SOURCES}/{file.arm}/{file.name}"
        record_bytes(folder, RecordFile(arm=file.arm, path=name, sha256=file.sha256, bytes=file.bytes, count=0))
        paths.setdefault(file.arm, folder / name)
    if set(paths) != set(ARMS):
        raise RecordError(f"{folder}: the manifest names no file of one of the models' runs")
    records = records_of_sources(log, paths)
    items = joined_items(records["teacher"], records["student"], str(folder))
    for arm in ARMS:
        if items != run.items or complete_records(items, records[arm], arm, log, str(folder)) != run.records[arm]:
            raise RecordError(f"{folder}: the records of the {arm} do not follow from its log")
    return ", and the records from the logs beside them"
