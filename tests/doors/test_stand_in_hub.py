"""The stand-in gives the real client what a hub gives: each answer is read by `huggingface_hub` itself."""

import hashlib
import json
import subprocess
import sys

import pytest

FILES = {"README.md": b"# A model\n", "config.json": b"{}", "model.safetensors": b"weights" * 9}
DIGEST = hashlib.sha256(FILES["model.safetensors"]).hexdigest()
SCRIPT = """
import json
from huggingface_hub import CommitOperationAdd, HfApi
from huggingface_hub.errors import GatedRepoError, RepositoryNotFoundError, RevisionNotFoundError

api, name, told = HfApi(), "example/student", {}
told["user"] = api.whoami()["name"]
info = api.model_info(name, files_metadata=True)
told["lfs"] = {file.rfilename: file.lfs.sha256 for file in info.siblings if file.lfs}
told["sizes"] = {file.rfilename: file.size for file in info.siblings}
told["config"] = open(api.hf_hub_download(name, "config.json", revision=info.sha)).read()
operations = [CommitOperationAdd("dls.yaml", b"x: 1\\n"), CommitOperationAdd("new.safetensors", b"others")]
commit = api.create_commit(name, operations, commit_message="Add", create_pr=True)
told["pull"] = [commit.pr_num, commit.pr_revision]
proposal = api.model_info(name, revision=commit.pr_revision, files_metadata=True)
told["proposed"] = sorted(file.rfilename for file in proposal.siblings)
told["main"] = sorted(file.rfilename for file in api.model_info(name).siblings)
comment = api.comment_discussion(name, commit.pr_num, "first")
api.edit_discussion_comment(name, commit.pr_num, comment.id, "second")
details = api.get_discussion_details(name, commit.pr_num)
told["comments"] = [event.content for event in details.events if event.type == "comment"]
told["discussions"] = [[entry.num, entry.is_pull_request] for entry in api.get_repo_discussions(name)]
for error, arguments in (
    (RepositoryNotFoundError, ("example/none", None)),
    (RevisionNotFoundError, (name, "no-such-branch")),
):
    try:
        api.model_info(arguments[0], revision=arguments[1])
    except error:
        told[error.__name__] = True
try:
    HfApi(token=False).hf_hub_download("example/gated", "config.json")
except GatedRepoError:
    told["GatedRepoError"] = True
try:
    HfApi(token=False).model_info("example/private")
except RepositoryNotFoundError:
    told["private"] = True
print(json.dumps(told))
"""


@pytest.fixture
def told(hub, environment):
    hub.add("example/student", FILES)
    hub.add("example/gated", FILES, gated=True)
    hub.add("example/private", FILES, private=True)
    command = [sys.executable, "-c", SCRIPT]
    process = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert process.returncode == 0, process.stderr
    return json.loads(process.stdout)


def test_the_real_client_reads_every_answer(told, hub):
    assert told == {
        "user": "tester",
        "lfs": {"model.safetensors": DIGEST},
        "sizes": {name: len(data) for name, data in FILES.items()},
        "config": "{}",
        "pull": [1, "refs/pr/1"],
        "proposed": sorted([*FILES, "dls.yaml", "new.safetensors"]),
        "main": sorted(FILES),
        "comments": ["second"],
        "discussions": [[1, True]],
        "RepositoryNotFoundError": True,
        "RevisionNotFoundError": True,
        "GatedRepoError": True,
        "private": True,
    }
    tree = hub.repositories["example/student"].commits[hub.repositories["example/student"].refs["refs/pr/1"]]
    assert (tree["dls.yaml"], tree["new.safetensors"]) == (b"x: 1\n", b"others")
