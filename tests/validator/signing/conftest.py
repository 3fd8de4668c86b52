"""A statement that another party reproduced, its signed report, and the keys of a test."""

import base64
import json
import shutil
from pathlib import Path
from typing import NamedTuple

import msgspec
import pytest

from dls.canonical import canonical_json, file_sha256
from dls.commands.cli import main
from dls.document.reader import read
from dls.standard.specification import spec_folder

DOCUMENTS = spec_folder() / "conformance" / "documents"
LAB, ISSUER = "Another Lab", "Example Lab"


class Signing(NamedTuple):
    """A statement, the report of another party about it, and the keys of a test."""

    folder: Path
    capsys: pytest.CaptureFixture[str]

    def run(self, *words):
        """Run `dls` and return its exit code and its output on both streams."""
        code = main([str(word) for word in words])
        return code, "".join(self.capsys.readouterr())

    def unusable(self, *words):
        """Run `dls` on something that it cannot use and return the sentence that says why."""
        code, output = self.run(*words)
        assert (code, output.count("\n")) == (2, 1), output
        return output

    @property
    def envelope(self):
        return self.folder / "report.dsse.json"

    def sealed(self):
        """Return the envelope's content and its payload."""
        value = json.loads(self.envelope.read_text())
        return value, json.loads(base64.b64decode(value["payload"]))

    def rewrite(self, change):
        """Change the envelope's own members and keep its payload."""
        value, _ = self.sealed()
        change(value)
        self.envelope.write_text(json.dumps(value))

    def tamper(self, change):
        """Change the envelope's payload and leave its signature as it is."""
        value, payload = self.sealed()
        change(payload)
        self.envelope.write_text(json.dumps(value | {"payload": base64.b64encode(canonical_json(payload)).decode()}))

    def seal(self, payload, kind="application/vnd.in-toto+json"):
        """Let the trusted party sign some bytes."""
        from securesystemslib.dsse import Envelope

        from dls.signing.keys import open_signer

        envelope = Envelope(payload, kind, {})
        envelope.sign(open_signer(self.key("lab")))
        self.envelope.write_text(json.dumps(envelope.to_dict()))

    def judge(self, place, verdict):
        """Let the trusted party sign a report with another verdict on one of its four confirmed claims."""
        claims = read(self.folder / "report.yaml").value["claims"]
        claims[place]["verdict"] = verdict
        self.report(claims=claims, summary={"confirmed": 3, verdict: 1})
        self.sign(self.key("lab"))

    def key(self, name, party=None):
        path = self.folder / "keys" / name
        if not path.exists():
            path.parent.mkdir(exist_ok=True)
            assert self.run("sign", "--new-key", path, *(["--party", party] if party else []))[0] == 0
        return path

    def public(self, name, party=None):
        return Path(f"{self.key(name, party)}.pub")

    def report(self, **changes):
        """Write the report with changed members and pin it in the statement, as an issuer would."""
        value = read(self.folder / "report.yaml").value
        for member, change in changes.items():
            value[member] = {**value[member], **change} if isinstance(change, dict) else change
        (self.folder / "report.yaml").write_text(json.dumps(value))
        self.statement(reproductions=[{**self.listed(), "sha256": file_sha256(self.folder / "report.yaml")}])

    def draw(self, key="lab", *, profile=None):
        """Let a key draw for the pair of the statement, write the fresh seeds, and let the lab sign the report."""
        from dls.judging.replication import fresh_items, pair_and_profile
        from dls.signing.keys import open_signer
        from dls.signing.verifiers_draw import signed_draw
        from dls.verifying.recompute import open_context

        context = open_context(self.folder / "dls.yaml")
        signed = pair_and_profile(context)
        draw = signed_draw(open_signer(self.key(key)), signed.keys, profile or signed.profile_sha256, 2)
        claims = read(self.folder / "report.yaml").value["claims"]
        for claim, entry in zip(context.statement.claims, claims, strict=True):
            items = fresh_items(context, claim, 2, draw.nonce)
            entry["replication"] |= {"seed": items.seed, "n": items.n}
        self.report(draw=msgspec.to_builtins(draw), claims=claims)
        self.sign(self.key("lab"))

    def replicate(self, place, **changes):
        """Change the replication of a claim, and let the lab sign the report."""
        claims = read(self.folder / "report.yaml").value["claims"]
        claims[place]["replication"] |= changes
        self.report(claims=claims)
        self.sign(self.key("lab"))

    def statement(self, **changes):
        value = read(self.folder / "dls.yaml").value | changes
        (self.folder / "dls.yaml").write_text(json.dumps(value))

    def listed(self):
        return read(self.folder / "dls.yaml").value["reproductions"][0]

    def sign(self, key):
        """Sign the report."""
        self.envelope.unlink(missing_ok=True)
        code, output = self.run("sign", self.folder / "report.yaml", "--key", key)
        assert code == 0, output
        return self.envelope

    def verify(self, trust=None, *, statement=True):
        """Verify the envelope; the reader trusts the lab's key unless another file or folder is named."""
        about = ["--statement", self.folder / "dls.yaml"] if statement else []
        return self.run("verify", self.envelope, "--trust", trust or self.public("lab"), *about)

    def refusal(self, trust=None):
        """Return the sentence of a refusal, which is all that is printed."""
        code, output = self.verify(trust)
        assert (code, output.count("\n")) == (1, 1), output
        return output

    def established(self, trust=None):
        """Validate under a file or folder of keys and return exit code, established assurance and the error stream."""
        words = ["--trust", str(trust)] if trust else []
        code = main(["validate", "--format", "json", *words, str(self.folder / "dls.yaml")])
        out, err = self.capsys.readouterr()
        return code, json.loads(out)["summary"]["statements"][0]["established"], err


@pytest.fixture
def signing(tmp_path, capsys):
    for name, to in (
        ("publisher-reproduced.yaml", "dls.yaml"),
        ("profile.yaml", "profile.yaml"),
        ("report.yaml", "report.yaml"),
    ):
        shutil.copy(DOCUMENTS / name, tmp_path / to)
    fixture = Signing(tmp_path, capsys)
    fixture.statement(reproductions=[{**fixture.listed(), "envelope": "report.dsse.json"}])
    fixture.key("lab", LAB)
    fixture.draw()
    return fixture
