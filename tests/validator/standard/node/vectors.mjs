// Computes the test vectors again, by the standard library of Node alone: `node vectors.mjs spec/1.0/vectors`.
import assert from "node:assert/strict";
import { createHash, createPublicKey, verify } from "node:crypto";
import { readFileSync } from "node:fs";

const read = (name) => JSON.parse(readFileSync(`${process.argv[2]}/${name}.json`));
const hash = (data) => createHash("sha256").update(data).digest();
const sha256 = (data) => hash(data).toString("hex");
const lines = (texts) => texts.map((text) => `${text}\n`).join("");
const parse = (text) => { try { return JSON.parse(text); } catch { return undefined; } }; // undefined: YAML

// V8 compares strings by UTF-16 code units and writes numbers as ECMAScript defines, which is all of RFC 8785.
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical)}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  return `{${Object.keys(value).sort().map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`)}}`;
}

const FREE_TEXTS = ["title", "rationale", "justification", "population", "extensions"];
function withoutTexts(value) {
  if (Array.isArray(value)) return value.map(withoutTexts);
  if (value === null || typeof value !== "object") return value;
  const members = Object.entries(value).filter(([name]) => !FREE_TEXTS.includes(name));
  return Object.fromEntries(members.map(([name, member]) => [name, withoutTexts(member)]));
}

function core({ assurance, reproductions, ...members }) {
  return members;
}

function seed({ n, probe, profile, student, teacher, draw }) {
  const text = canonical({ dls_seed: 1, n, probe, profile, student, teacher, ...(draw && { draw }) });
  return [text, sha256(text), Number(hash(text).readBigUInt64BE() & ((1n << 53n) - 1n))];
}

function key(model) {
  if (model.members) {
    const keys = model.members.map(key);
    if (keys.some((entry) => entry.key === null)) return { key: null, declared: null };
    return { key: sha256(lines(keys.map((entry) => entry.key))), declared: keys.some((entry) => entry.declared) };
  }
  const { tensors_sha256: tensors, adapter, source = null, snapshot, tokenizer_sha256: tokenizer = null } = model;
  const server = Boolean(snapshot) && model.access !== undefined && model.access !== "white_box";
  if (tensors) return { key: adapter ? sha256(lines([tensors, adapter.tensors_sha256])) : tensors, declared: server };
  if (!snapshot) return { key: null, declared: null };
  return { key: sha256(canonical({ source, snapshot, tokenizer })), declared: true };
}

const word = (name, place) => hash(`${name}/${place >> 2}`).readBigUInt64BE(8 * (place % 4));
const bytes = (text) => Buffer.from(text, "base64");

function encoding(kind, payload) {
  return Buffer.concat([Buffer.from(`DSSEv1 ${Buffer.byteLength(kind)} ${kind} ${payload.length} `), payload]);
}

function holds({ payload, payloadType, signatures: [{ sig }] }, publicKey) {
  return verify(null, encoding(payloadType, bytes(payload)), publicKey, bytes(sig));
}

const CHECKS = {
  canonical({ values, numbers }) {
    for (const { texts, canonical: text, sha256: digest } of values) {
      for (const value of texts.map(parse)) assert.ok(value === undefined || canonical(value) === text, text);
      assert.equal(sha256(text), digest);
    }
    for (const { ieee754, canonical: text } of numbers) {
      assert.equal(JSON.stringify(Buffer.from(ieee754, "hex").readDoubleBE()), text);
    }
  },
  profiles({ profiles }) {
    for (const { texts, canonical: text, sha256: digest } of profiles) {
      const values = texts.map(parse).filter((value) => value !== undefined);
      assert.deepEqual(values.map((value) => canonical(withoutTexts(value))), values.map(() => text));
      assert.equal(sha256(text), digest);
    }
  },
  cores({ cores }) {
    for (const { texts, canonical: text, core_sha256: digest } of cores) {
      assert.deepEqual(texts.map((statement) => canonical(core(JSON.parse(statement)))), texts.map(() => text));
      assert.equal(sha256(text), digest);
    }
  },
  seeds({ seeds, draws }) {
    for (const entry of seeds) assert.deepEqual(seed(entry), [entry.canonical, entry.sha256, entry.seed]);
    const publicKey = createPublicKey(read("signatures").key.public_pem);
    for (const { teacher, student, profile, message, signature, nonce } of draws) {
      assert.equal(message, lines(["dls-draw-1", teacher, student, profile]));
      assert.ok(verify(null, Buffer.from(message), publicKey, bytes(signature)));
      assert.equal(sha256(bytes(signature)), nonce);
    }
  },
  keys({ keys }) {
    for (const entry of keys) assert.deepEqual(key(entry.model), { key: entry.key, declared: entry.declared });
  },
  items({ streams, items }) {
    for (const { key: name, bounds, words, below } of streams) {
      const integers = bounds.map((_, place) => word(name, place));
      assert.deepEqual(integers.map((integer) => integer.toString(16).padStart(16, "0")), words);
      assert.deepEqual(bounds.map((bound, place) => Number((integers[place] * BigInt(bound)) >> 64n)), below);
    }
    for (const { count, items_sha256: digest, first } of items) {
      assert.deepEqual(first.map((line) => canonical(JSON.parse(line))), first);
      if (count === first.length) assert.equal(sha256(lines(first)), digest);
    }
  },
  signatures({ key: test, encodings, envelopes, refused }) {
    assert.equal(canonical({ keytype: "ed25519", keyval: { public: test.public }, scheme: "ed25519" }), test.canonical);
    assert.equal(sha256(test.canonical), test.keyid);
    for (const { payload_type: kind, payload, pae } of encodings) {
      assert.equal(encoding(kind, Buffer.from(payload)).toString(), pae);
    }
    const publicKey = createPublicKey(test.public_pem);
    for (const { payload, pae, signature, envelope } of envelopes) {
      assert.equal(bytes(envelope.payload).toString(), payload);
      assert.equal(encoding(envelope.payloadType, Buffer.from(payload)).toString(), pae);
      assert.equal(envelope.signatures[0].sig, signature);
      assert.ok(holds(envelope, publicKey));
    }
    for (const { envelope, signature_holds: isValid } of refused) assert.equal(holds(envelope, publicKey), isValid);
  },
};

for (const [name, check] of Object.entries(CHECKS)) check(read(name));
console.log(`${Object.keys(CHECKS).length} files agree`);
