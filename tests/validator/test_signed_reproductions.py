"""Who may be believed: an envelope by a key that the reader trusts, about this statement, and not by its issuer."""

import base64
import hashlib
import json
import shutil
import stat
from pathlib import Path
from typing import NamedTuple

import pytest

from dls.assess import independently_reproduced
from dls.canonical import canonical, file_sha256
from dls.cli import main
from dls.document import read
from dls.model import Statement, frozen
from dls.profile import load
from dls.specification import spec_folder

DOCUMENTS = spec_folder() / "conformance" / "documents"
LAB, ISSUER = "Another Lab", "Example Lab"


class Signing(NamedTuple):
    """A statement, the report of another party about it, and the keys of whoever a test needs."""

    folder: Path
    capsys: pytest.CaptureFixture[str]

    def run(self, *words):
        """Run `dls` and return exit code and what it printed, both streams."""
        code = main([str(word) for word in words])
        return code, "".join(self.capsys.readouterr())

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
        told = read(self.folder / "report.yaml").value
        for member, change in changes.items():
            told[member] = {**told[member], **change} if isinstance(change, dict) else change
        (self.folder / "report.yaml").write_text(json.dumps(told))
        self.statement(reproductions=[{**self.listed(), "sha256": file_sha256(self.folder / "report.yaml")}])

    def statement(self, **changes):
        told = read(self.folder / "dls.yaml").value | changes
        (self.folder / "dls.yaml").write_text(json.dumps(told))

    def listed(self):
        return read(self.folder / "dls.yaml").value["reproductions"][0]

    def sign(self, key):
        """Sign the report."""
        (self.folder / "report.dsse.json").unlink(missing_ok=True)
        code, told = self.run("sign", self.folder / "report.yaml", "--key", key)
        assert code == 0, told
        return self.folder / "report.dsse.json"

    def verify(self, trust, *, statement=True):
        about = ["--statement", self.folder / "dls.yaml"] if statement else []
        return self.run("verify", self.folder / "report.dsse.json", "--trust", trust, *about)

    def established(self, trust=None):
        """Validate and return exit code, established assurance and what was told on the error stream."""
        words = ["--trust", trust] if trust else []
        code = main(["validate", "--format", "json", *map(str, words), str(self.folder / "dls.yaml")])
        out, err = self.capsys.readouterr()
        return code, json.loads(out)["statements"][0]["established"], err


@pytest.fixture
def signing(tmp_path, capsys):
    for name, to in (
        ("publisher-reproduced.yaml", "dls.yaml"),
        ("profile.yaml", "profile.yaml"),
        ("report.yaml", "report.yaml"),
    ):
        shutil.copy(DOCUMENTS / name, tmp_path / to)
    it = Signing(tmp_path, capsys)
    it.statement(reproductions=[{**it.listed(), "envelope": "report.dsse.json"}])
    it.sign(it.key("lab", LAB))
    return it


def refused(answer):
    """Return the sentence of a refusal, which is all that is printed."""
    code, told = answer
    assert (code, told.count("\n")) == (1, 1), told
    return told


def changed(envelope, change):
    """Change what an envelope carries and leave its signature as it is."""
    value = json.loads(envelope.read_text())
    payload = json.loads(base64.b64decode(value["payload"]))
    change(payload)
    value["payload"] = base64.b64encode(canonical(payload)).decode()
    envelope.write_text(json.dumps(value))


# --- what is signed


def test_a_trusted_partys_report_is_verified_and_told(signing):
    code, told = signing.verify(signing.public("lab"))
    assert code == 0
    report = read(signing.folder / "report.yaml").value
    for part in (
        LAB,
        report["student"]["weights_sha256"],
        report["statement"]["core_sha256"],
        "revision 1",
        "4 confirmed",
    ):
        assert part in told


def test_the_payload_is_an_in_toto_statement_about_the_student_and_the_core(signing):
    envelope = json.loads((signing.folder / "report.dsse.json").read_text())
    payload = json.loads(base64.b64decode(envelope["payload"]))
    report = read(signing.folder / "report.yaml").value
    assert envelope["payloadType"] == "application/vnd.in-toto+json"
    assert (payload["_type"], payload["predicateType"]) == (
        "https://in-toto.io/Statement/v1",
        "urn:dls:reproduction:1.0",
    )
    assert [subject["digest"]["sha256"] for subject in payload["subject"]] == [
        report["student"]["weights_sha256"],
        report["statement"]["core_sha256"],
    ]
    assert payload["predicate"] == report


def test_the_signature_holds_by_the_formula_of_dsse(signing):
    """An oracle of its own: cryptography over the bytes that DSSE v1.0 writes down, without the library."""
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    envelope = json.loads((signing.folder / "report.dsse.json").read_text())
    payload, kind = base64.b64decode(envelope["payload"]), envelope["payloadType"]
    signed = f"DSSEv1 {len(kind)} {kind} {len(payload)} ".encode() + payload
    key = load_pem_public_key(signing.public("lab").read_bytes().partition(b"\n")[2])
    key.verify(base64.b64decode(envelope["signatures"][0]["sig"]), signed)


def test_the_same_key_and_report_give_the_same_envelope(signing):
    first = (signing.folder / "report.dsse.json").read_bytes()
    assert signing.sign(signing.key("lab")).read_bytes() == first


def test_without_a_statement_it_is_said_that_nobody_looked(signing):
    code, told = signing.verify(signing.public("lab"), statement=False)
    assert code == 0
    assert "without --statement nobody looked" in told


def test_a_genuine_report_that_refutes_fails(signing):
    told = read(signing.folder / "report.yaml").value
    told["claims"][0]["verdict"] = "refuted"
    signing.report(claims=told["claims"], summary={"confirmed": 3, "refuted": 1})
    signing.sign(signing.key("lab"))
    code, told = signing.verify(signing.public("lab"))
    assert code == 1
    assert "1 refuted" in told


# --- what is refused


@pytest.mark.parametrize(
    "change",
    [
        lambda payload: payload["predicate"]["claims"][0].update(verdict="borderline"),
        lambda payload: payload["predicate"]["by"].update(name="Somebody Else"),
        lambda payload: payload["subject"][0]["digest"].update(sha256="0" * 64),
    ],
    ids=["verdict", "name", "subject"],
)
def test_a_tampered_envelope_is_refused(signing, change):
    changed(signing.folder / "report.dsse.json", change)
    assert "does not fit key" in refused(signing.verify(signing.public("lab")))


def test_a_payload_type_that_was_changed_is_refused(signing):
    envelope = signing.folder / "report.dsse.json"
    envelope.write_text(envelope.read_text().replace("application/vnd.in-toto+json", "application/json"))
    assert "does not fit key" in refused(signing.verify(signing.public("lab")))


def test_a_wrong_key_under_a_trusted_name_is_refused(signing):
    trusted = json.loads((signing.folder / "report.dsse.json").read_text())["signatures"][0]["keyid"]
    envelope = signing.sign(signing.key("stranger"))
    value = json.loads(envelope.read_text())
    value["signatures"][0]["keyid"] = trusted
    envelope.write_text(json.dumps(value))
    assert f"does not fit key {trusted}" in refused(signing.verify(signing.public("lab")))


def test_a_key_that_the_reader_does_not_trust_is_refused(signing):
    signing.sign(signing.key("stranger"))
    assert "none of the keys that you trust" in refused(signing.verify(signing.public("lab")))


def test_an_envelope_without_a_signature_is_refused(signing):
    envelope = signing.folder / "report.dsse.json"
    envelope.write_text(json.dumps(json.loads(envelope.read_text()) | {"signatures": []}))
    assert "signed with nothing" in refused(signing.verify(signing.public("lab")))


@pytest.mark.parametrize("text", ["[]", "{}", '{"payload": 1, "payloadType": "x", "signatures": []}', '"x"'])
def test_what_is_no_envelope_is_refused(signing, text):
    (signing.folder / "report.dsse.json").write_text(text)
    assert "is no DSSE envelope" in refused(signing.verify(signing.public("lab")))


def test_a_report_by_the_issuer_is_refused(signing):
    signing.report(by={"name": " example lab "})
    signing.sign(signing.key("anonymous"))
    assert "no independent reproduction" in refused(signing.verify(signing.public("anonymous")))


def test_a_report_under_the_issuers_key_is_refused_whoever_it_names(signing):
    """The reader keeps one key under two names, one of which is the issuer's."""
    public = signing.public("issuer", ISSUER)
    signing.sign(signing.key("issuer"))
    both = signing.folder / "both.pub"
    both.write_text(public.read_text() + public.read_text().replace(ISSUER, LAB))
    assert "the one of the statement's issuer 'Example Lab'" in refused(signing.verify(both))


def test_a_party_cannot_sign_under_the_name_of_another(signing):
    signing.sign(signing.key("third", "A Third Party"))
    assert "the key is the one of 'A Third Party'" in refused(signing.verify(signing.public("third")))


@pytest.mark.parametrize("arm", ["student", "teacher"])
def test_a_report_about_other_weights_is_refused(signing, arm):
    signing.report(**{arm: {"weights_sha256": "0" * 64}})
    signing.sign(signing.key("lab"))
    assert f"a {arm} with the weights digest {'0' * 64}" in refused(signing.verify(signing.public("lab")))


def test_a_report_about_another_core_is_refused(signing):
    signing.statement(limits="None at all.")
    assert "is about the statement core" in refused(signing.verify(signing.public("lab")))


def test_a_report_about_another_revision_is_refused(signing):
    signing.statement(revision=2)
    assert "is about revision 1; the statement is revision 2" in refused(signing.verify(signing.public("lab")))


def test_a_report_about_another_statement_is_refused(signing):
    signing.statement(id="urn:uuid:00000000-0000-4000-8000-000000000000")
    assert "is about the statement urn:uuid:4b0f6c1e" in refused(signing.verify(signing.public("lab")))


def rewritten(signing, change):
    """Change the envelope's own members and keep what is signed."""
    path = signing.folder / "report.dsse.json"
    value = json.loads(path.read_text())
    change(value)
    path.write_text(json.dumps(value))


@pytest.mark.parametrize(
    "change",
    [
        lambda value: value.update(payloadType=5),
        lambda value: value.update(payload=None),
        lambda value: value.update(signatures={}),
        lambda value: value["signatures"][0].update(keyid=5),
        lambda value: value["signatures"][0].update(keyid=[]),
        lambda value: value["signatures"][0].update(sig=True),
        lambda value: value["signatures"][0].pop("keyid"),
        lambda value: value["signatures"].append("x"),
    ],
    ids=["type", "payload", "signatures", "number", "list", "sig", "nameless", "text"],
)
def test_an_envelope_of_other_types_is_refused(signing, change):
    rewritten(signing, change)
    assert "is no DSSE envelope" in refused(signing.verify(signing.public("lab")))


@pytest.mark.parametrize("member", ["payload", "sig"])
@pytest.mark.parametrize(
    "spoil",
    [lambda text: f"{text[:9]}\n{text[9:]}", lambda text: f"é{text}", lambda text: f"{text}="],
    ids=["line end", "letter", "padding"],
)
def test_base64_that_is_not_plain_is_refused(signing, member, spoil):
    def change(value):
        place = value if member == "payload" else value["signatures"][0]
        place[member] = spoil(place[member])

    rewritten(signing, change)
    assert "is not plain base64" in refused(signing.verify(signing.public("lab")))


def test_base64_with_bits_that_nobody_reads_is_refused(signing):
    """The 64 bytes of a signature leave four bits of its last character unused."""

    def change(value):
        text = value["signatures"][0]["sig"]
        other = chr(ord(text[-3]) + 1)
        assert base64.b64decode(f"{text[:-3]}{other}==") == base64.b64decode(text)
        value["signatures"][0]["sig"] = f"{text[:-3]}{other}=="

    rewritten(signing, change)
    assert "is not plain base64" in refused(signing.verify(signing.public("lab")))


def test_either_alphabet_of_base64_is_read(signing):
    def change(value):
        value["signatures"][0]["sig"] = value["signatures"][0]["sig"].translate(str.maketrans("+/", "-_"))

    rewritten(signing, change)
    assert signing.verify(signing.public("lab"))[0] == 0


def test_a_second_signature_by_the_same_key_is_refused(signing):
    rewritten(signing, lambda value: value["signatures"].append(value["signatures"][0]))
    assert "Multiple signatures" in refused(signing.verify(signing.public("lab")))


def test_a_broken_signature_beside_a_valid_one_names_no_signer(signing):
    """The reader trusts both keys; the one whose signature does not hold has signed nothing."""
    lab = json.loads((signing.folder / "report.dsse.json").read_text())["signatures"][0]
    other = json.loads(signing.sign(signing.key("other", LAB)).read_text())["signatures"][0]
    signing.sign(signing.key("lab"))
    rewritten(signing, lambda value: value["signatures"].insert(0, {**other, "sig": lab["sig"]}))
    both = signing.folder / "both.pub"
    both.write_text(signing.public("lab").read_text() + signing.public("other").read_text())
    code, told = signing.verify(both)
    assert code == 0
    assert lab["keyid"] in told
    assert other["keyid"] not in told


def test_a_member_that_is_given_twice_is_refused_though_it_was_signed(signing):
    from securesystemslib.dsse import Envelope

    from dls.keys import open_signer

    path = signing.folder / "report.dsse.json"
    payload = base64.b64decode(json.loads(path.read_text())["payload"])
    twice = payload.replace(b'"predicateType":', b'"predicateType":"urn:x","predicateType":', 1)
    envelope = Envelope(twice, "application/vnd.in-toto+json", {})
    envelope.sign(open_signer(signing.key("lab")))
    path.write_text(json.dumps(envelope.to_dict()))
    assert "what was signed cannot be read" in refused(signing.verify(signing.public("lab")))


@pytest.mark.parametrize("text", ["[" * 500 + "]" * 500, " " * (9 << 20)], ids=["deep", "huge"])
def test_an_envelope_that_is_deep_or_huge_is_unreadable(signing, text):
    (signing.folder / "report.dsse.json").write_text(text)
    code, told = signing.verify(signing.public("lab"))
    assert (code, told.count("\n")) == (2, 1)


def test_the_issuers_key_is_the_same_key_in_any_encoding(signing):
    """The raw 32 bytes name a key, so that line ends, other names and another file hide nothing."""
    from dls.keys import trusted_keys

    public = signing.public("issuer", ISSUER)
    other = signing.folder / "innocent.pem"
    other.write_bytes(public.read_bytes().replace(ISSUER.encode(), LAB.encode()).replace(b"\n", b"\r\n"))
    assert trusted_keys(other)[0].id == trusted_keys(public)[0].id
    both = signing.folder / "trust"
    both.mkdir()
    shutil.copy(public, both)
    shutil.copy(other, both)
    signing.sign(signing.key("issuer"))
    assert "the one of the statement's issuer" in refused(signing.verify(both))


@pytest.mark.parametrize("name", ["Example\u00a0 Lab", "EXAMPLE\u200b LAB", "\uff25xample Lab"])
def test_a_name_that_looks_like_the_issuers_is_the_issuers(signing, name):
    signing.report(by={"name": name})
    signing.sign(signing.key("anonymous"))
    assert "no independent reproduction" in refused(signing.verify(signing.public("anonymous")))


def test_a_key_that_the_reader_gave_to_nobody_proves_no_name(signing):
    signing.sign(signing.key("nameless"))
    code, told = signing.verify(signing.public("nameless"))
    assert code == 0
    assert "the name is the report's own word" in told


def signed_payload(signing, change, kind="application/vnd.in-toto+json"):
    """Let the trusted party sign something else than a report about its subjects."""
    from securesystemslib.dsse import Envelope

    from dls.keys import open_signer

    path = signing.folder / "report.dsse.json"
    payload = json.loads(base64.b64decode(json.loads(path.read_text())["payload"]))
    change(payload)
    envelope = Envelope(canonical(payload), kind, {})
    envelope.sign(open_signer(signing.key("lab")))
    path.write_text(json.dumps(envelope.to_dict()))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda payload: payload.update(_type="x"), "no in-toto Statement v1"),
        (lambda payload: payload.update(predicateType="urn:x"), "wanted 'urn:dls:reproduction:1.0'"),
        (lambda payload: payload["subject"].pop(), "subjects are not the student and the statement"),
        (lambda payload: payload["subject"][0]["digest"].update(sha256="0" * 64), "subjects are not the student"),
        (lambda payload: payload["predicate"].pop("platform"), "the report in it is invalid"),
        (lambda payload: payload["predicate"]["summary"].update(confirmed=9), "the summary says 9 confirmed"),
    ],
    ids=["type", "predicate type", "subjects", "digest", "schema", "summary"],
)
def test_a_signature_makes_nothing_valid(signing, change, words):
    signed_payload(signing, change)
    assert words in refused(signing.verify(signing.public("lab")))


def test_another_payload_type_is_refused_though_it_was_signed(signing):
    signed_payload(signing, lambda _: None, kind="application/json")
    assert "wanted 'application/vnd.in-toto+json'" in refused(signing.verify(signing.public("lab")))


# --- what validate establishes


def test_independence_is_established_under_trust(signing):
    assert signing.established(signing.public("lab")) == (0, "independently_reproduced", "")


def test_independence_is_never_established_without_trust(signing):
    assert signing.established() == (0, "consistent", "")


def test_independence_is_printed(signing):
    code, told = signing.run("validate", "--trust", signing.public("lab"), signing.folder / "dls.yaml")
    assert code == 0
    assert "assurance independently_reproduced established" in told


def test_a_statement_that_claims_less_is_told_what_it_has(signing):
    signing.statement(assurance="recomputed")
    assert signing.established(signing.public("lab"))[:2] == (0, "independently_reproduced")


def test_an_untrusted_signature_establishes_nothing_and_fails_the_claim(signing):
    code, level, told = signing.established(signing.public("stranger"))
    assert (code, level) == (1, "consistent")
    assert "none of the keys that you trust" in told


def test_a_refused_envelope_fails_no_statement_that_claims_less(signing):
    signing.statement(assurance="recomputed")
    code, level, told = signing.established(signing.public("stranger"))
    assert (code, level) == (0, "consistent")
    assert "is not believed" in told


def test_a_tampered_envelope_establishes_nothing(signing):
    changed(
        signing.folder / "report.dsse.json", lambda payload: payload["predicate"]["by"].update(name="Somebody Else")
    )
    assert signing.established(signing.public("lab"))[:2] == (1, "consistent")


def test_a_listed_report_without_an_envelope_establishes_nothing(signing):
    signing.statement(reproductions=[{k: v for k, v in signing.listed().items() if k != "envelope"}])
    code, level, told = signing.established(signing.public("lab"))
    assert (code, level) == (1, "consistent")
    assert "no report that you can believe" in told


def test_an_envelope_outside_of_the_folder_is_not_opened(signing):
    signing.statement(reproductions=[{**signing.listed(), "envelope": "../report.dsse.json"}])
    assert "it is outside" in signing.established(signing.public("lab"))[2]


@pytest.mark.parametrize("member", ["path", "envelope"])
def test_a_link_that_leaves_the_folder_is_not_followed(signing, member, tmp_path_factory):
    away = tmp_path_factory.mktemp("away")
    file = signing.folder / {"path": "report.yaml", "envelope": "report.dsse.json"}[member]
    shutil.move(file, away)
    file.symlink_to(away / file.name)
    code, level, _ = signing.established(signing.public("lab"))
    assert (code, level == "independently_reproduced") == (1, False)


def test_an_envelope_around_another_report_than_the_listed_one_establishes_nothing(signing):
    signing.report(note="Written after the signature.")
    code, level, told = signing.established(signing.public("lab"))
    assert (code, level) == (1, "consistent")
    assert "signs another report" in told


def test_an_envelope_around_a_report_of_another_digest_establishes_nothing(signing):
    signing.statement(reproductions=[{**signing.listed(), "sha256": "0" * 64}])
    assert "not beside the statement with its digest" in signing.established(signing.public("lab"))[2]


def test_a_report_that_is_listed_under_another_name_establishes_nothing(signing):
    signing.statement(reproductions=[{**signing.listed(), "by": "A Third Party"}])
    code, level, told = signing.established(signing.public("lab"))
    assert (code, level) == (1, "declared")
    assert "it is by 'Another Lab', listed as by 'A Third Party'" in told


def every_claim_confirmed(name, profile):
    statement = frozen(read(DOCUMENTS / name).value, Statement)
    return independently_reproduced(statement, profile, frozenset(claim.id for claim in statement.claims))


def test_records_that_nobody_can_get_are_not_independently_reproduced():
    profile = load(DOCUMENTS / "profile.yaml")
    assert every_claim_confirmed("publisher-reproduced.yaml", profile)
    assert not every_claim_confirmed("withheld-records.yaml", profile)


def test_a_profile_without_targets_establishes_nothing():
    profile = load(DOCUMENTS / "profile.yaml")._replace(targets=())
    assert not every_claim_confirmed("publisher-reproduced.yaml", profile)


def test_the_key_id_is_the_one_that_the_specification_fixes(signing):
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

    key = load_pem_public_key(signing.public("lab").read_bytes().partition(b"\n")[2])
    public = key.public_bytes(Encoding.Raw, PublicFormat.Raw).hex()
    text = f'{{"keytype":"ed25519","keyval":{{"public":"{public}"}},"scheme":"ed25519"}}'
    envelope = json.loads((signing.folder / "report.dsse.json").read_text())
    assert envelope["signatures"][0]["keyid"] == hashlib.sha256(text.encode()).hexdigest()


def test_a_required_claim_that_is_not_confirmed_is_not_independently_reproduced(signing):
    told = read(signing.folder / "report.yaml").value
    told["claims"][0]["verdict"] = "not_verifiable"
    signing.report(claims=told["claims"], summary={"confirmed": 3, "not_verifiable": 1})
    signing.sign(signing.key("lab"))
    assert signing.established(signing.public("lab"))[:2] == (1, "declared")


def test_two_parties_may_confirm_a_part_each(signing):
    told = read(signing.folder / "report.yaml").value
    entries = []
    for name, part in (("lab", told["claims"][:2]), ("third", told["claims"][2:])):
        party = {"lab": LAB, "third": "A Third Party"}[name]
        path = signing.folder / f"{name}.yaml"
        counts = {"confirmed": 2, "borderline": 0, "refuted": 0, "not_verifiable": 0}
        path.write_text(json.dumps(told | {"by": {"name": party}, "claims": part, "summary": counts}))
        assert signing.run("sign", path, "--key", signing.key(name, party))[0] == 0
        entries.append(
            {
                "by": party,
                "performed_on": "2026-11-23",
                "path": path.name,
                "sha256": file_sha256(path),
                "envelope": f"{name}.dsse.json",
            }
        )
    signing.statement(reproductions=entries)
    trust = signing.folder / "trust"
    trust.mkdir()
    for name in ("lab", "third"):
        shutil.copy(signing.public(name), trust)
    assert signing.established(trust)[:2] == (0, "independently_reproduced")
    assert signing.established(signing.public("lab"))[:2] == (1, "consistent")


def test_an_error_in_the_statement_leaves_nothing_established(signing):
    told = read(signing.folder / "report.yaml").value
    told["claims"][3]["verdict"] = "refuted"
    signing.report(claims=told["claims"], summary={"confirmed": 3, "refuted": 1})
    signing.sign(signing.key("lab"))
    assert signing.established(signing.public("lab"))[:2] == (1, "declared")


# --- keys


def test_a_private_key_is_its_owners_alone(signing):
    assert stat.S_IMODE(signing.key("lab").stat().st_mode) == 0o600


def test_a_key_is_never_overwritten(signing):
    before = signing.key("lab").read_bytes()
    code, told = signing.run("sign", "--new-key", signing.key("lab"))
    assert code == 2
    assert "is there already" in told
    assert signing.key("lab").read_bytes() == before


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "holds no public key"),
        (
            "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
            "is no Ed25519 public key",
        ),
    ],
    ids=["empty", "broken"],
)
def test_what_holds_no_public_key_is_unusable(signing, text, words):
    (signing.folder / "keys.pem").write_text(text)
    code, told = signing.verify(signing.folder / "keys.pem")
    assert code == 2
    assert words in told


def test_a_private_key_is_no_key_to_trust(signing):
    code, told = signing.verify(signing.key("lab"))
    assert code == 2
    assert "holds a private key" in told


def test_a_folder_with_a_private_key_in_it_is_not_trusted(signing):
    code, told = signing.verify(signing.key("lab").parent.parent)
    assert code == 2
    shutil.copy(signing.key("lab"), signing.folder / "left_here.pem")
    code, told = signing.verify(signing.folder)
    assert code == 2
    assert "left_here.pem holds a private key" in told


def test_a_key_of_another_algorithm_is_refused(signing):
    from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    public = generate_private_key(65537, 2048).public_key()
    (signing.folder / "rsa.pem").write_bytes(public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    code, told = signing.verify(signing.folder / "rsa.pem")
    assert code == 2
    assert "no Ed25519 public key" in told


def test_a_key_is_not_written_through_a_link(signing):
    link = signing.folder / "new.pem.pub"
    link.symlink_to(signing.folder / "elsewhere")
    assert signing.run("sign", "--new-key", signing.folder / "new.pem")[0] == 2
    assert not (signing.folder / "elsewhere").exists()


def test_a_folder_that_is_missing_is_an_error_in_one_sentence(signing):
    for words in (
        ["--new-key", "no/x.pem"],
        [signing.folder / "report.yaml", "--key", signing.key("lab"), "-o", "no/x"],
    ):
        code, told = signing.run("sign", *words)
        assert (code, told.count("\n")) == (2, 1)


def test_a_public_key_signs_nothing(signing):
    code, told = signing.run("sign", signing.folder / "report.yaml", "--key", signing.public("lab"))
    assert code == 2
    assert "is no Ed25519 private key" in told


# --- what cannot be signed


def test_an_invalid_report_is_not_signed(signing):
    signing.report(summary={"confirmed": 9})
    code, told = signing.run("sign", signing.folder / "report.yaml", "--key", signing.key("lab"), "-o", "x.json")
    assert code == 2
    assert "no valid reproduction report" in told


def test_a_report_about_no_weights_is_not_signed(signing):
    told = read(signing.folder / "report.yaml").value | {"student": {}}
    (signing.folder / "report.yaml").write_text(json.dumps(told))
    code, told = signing.run("sign", signing.folder / "report.yaml", "--key", signing.key("lab"), "-o", "x.json")
    assert code == 2
    assert "names no weights_sha256" in told


def test_an_envelope_is_not_overwritten(signing):
    code, told = signing.run("sign", signing.folder / "report.yaml", "--key", signing.key("lab"))
    assert code == 2
    assert "is there already" in told
