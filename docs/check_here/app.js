// The page: files and text in, findings beside the text, the report below. The worker runs Python.

const part = (id) => document.getElementById(id);
const files = new Map(); // path from the dropped folder → bytes
const READABLE = /\.(ya?ml|json|md)$/i;
const FAVOURITES = ["dls.yaml", "dls.yml", "dls.json", "README.md"];
const PAUSE = 150; // milliseconds without a key before a check

let edition = 0; // of the text; the answer to an earlier one is not shown
let timer = 0;

// A worker of a blob is held to this page's policy, so that Python cannot reach another host either.
const address = new URL("worker.js", location.href).href;
const source = new Blob([`import ${JSON.stringify(address)};`], { type: "text/javascript" });
const worker = new Worker(URL.createObjectURL(source), { type: "module" });
worker.onmessage = ({ data }) => ANSWERS[data.kind](data);
worker.onerror = (event) => say(`Python cannot start: ${event.message}`);

const ANSWERS = {
  ready: () => edition || say("Ready. Paste a statement, or add files."),
  problem: ({ text }) => say(text),
  findings: (answer) => answer.edition === edition && showFindings(JSON.parse(answer.json)),
  report: (answer) => answer.edition === edition && showReport(answer.html),
};

function say(text) {
  part("status").textContent = text;
}

function check() {
  edition += 1;
  say("Checking …");
  worker.postMessage({ edition, name: part("name").value, files: [...files] });
}

function showFindings({ findings, summary }) {
  const count = (number, noun) => `${number} ${noun}${number === 1 ? "" : "s"}`;
  const level = summary.assurance ? `; assurance established here: ${summary.assurance}` : "";
  say(`${count(summary.errors, "error")}, ${count(summary.warnings, "warning")}${level}`);
  part("findings").replaceChildren(...findings.map(findingLine));
  document.body.dataset.edition = edition;
}

function findingLine(finding) {
  const line = document.createElement("li");
  line.className = finding.severity;
  const place = document.createElement("button");
  place.type = "button";
  place.textContent = `line ${finding.line}`;
  place.onclick = () => goTo(finding.line, finding.column);
  const rule = document.createElement("a");
  rule.href = `../rules/${finding.code}/`;
  rule.target = "_blank";
  rule.textContent = finding.code;
  const message = document.createElement("span");
  message.textContent = finding.message;
  line.append(`${finding.severity} `, rule, ", ", place, ": ", message);
  Object.assign(line.dataset, { code: finding.code, line: finding.line, column: finding.column, pointer: finding.pointer });
  return line;
}

function goTo(line, column) {
  const text = part("text");
  const lines = text.value.split("\n");
  const start = lines.slice(0, line - 1).reduce((sum, row) => sum + row.length + 1, 0);
  text.focus();
  text.setSelectionRange(start + column - 1, start + (lines[line - 1] ?? "").length);
  text.scrollTop = (line - 4) * parseFloat(getComputedStyle(text).lineHeight);
}

function showReport(html) {
  part("report-part").hidden = html === "";
  const style = new URL("report.css", location.href).href;
  const head = `<!DOCTYPE html><html lang="en"><meta charset="utf-8"><link rel="stylesheet" href="${style}">`;
  part("report").srcdoc = `${head}<title>Report</title><main>${html}</main></html>`;
}

part("report").onload = () => {
  const root = part("report").contentDocument?.documentElement;
  if (root) part("report").style.height = `${root.scrollHeight + 24}px`;
};

function listNames(choice) {
  const names = [...files.keys()].filter((name) => READABLE.test(name));
  const options = names.map((name) => new Option(name, name, false, name === choice));
  part("name").replaceChildren(...options);
}

function open(name) {
  listNames(name);
  part("text").value = new TextDecoder().decode(files.get(name));
  number();
  check();
}

function favourite() {
  const names = [...files.keys()].filter((name) => READABLE.test(name));
  const depth = (name) => name.split("/").length;
  const rank = (name) => (FAVOURITES.indexOf(name.split("/").pop()) + 1 || 99) * 100 + depth(name);
  return names.sort((first, second) => rank(first) - rank(second))[0];
}

async function add(entries) {
  for (const [path, file] of entries) files.set(path, new Uint8Array(await file.arrayBuffer()));
  const name = favourite();
  if (name) open(name);
  else say("None of these files is a statement, a profile, a report or a card.");
}

function chosen(input) {
  const entries = [...input.files].map((file) => [withoutTop(file.webkitRelativePath) || file.name, file]);
  input.value = "";
  return add(entries);
}

function withoutTop(path) {
  return path.slice(path.indexOf("/") + 1);
}

async function dropped(items) {
  const tops = items.map((item) => item.webkitGetAsEntry() ?? item.getAsFile()).filter(Boolean);
  const lone = tops.length === 1 && tops[0].isDirectory;
  const entries = [];
  for (const top of tops)
    if (top instanceof File) entries.push([top.name, top]);
    else for await (const pair of walk(top, "")) entries.push(pair);
  return add(lone ? entries.map(([path, file]) => [withoutTop(path), file]) : entries);
}

async function* walk(entry, folder) {
  const path = folder + entry.name;
  if (entry.isFile) yield [path, await new Promise((done, fail) => entry.file(done, fail))];
  else for (const child of await children(entry)) yield* walk(child, `${path}/`);
}

async function children(folder) {
  const reader = folder.createReader();
  const entries = [];
  for (let batch = [1]; batch.length; entries.push(...batch))
    batch = await new Promise((done, fail) => reader.readEntries(done, fail));
  return entries;
}

function number() {
  const count = part("text").value.split("\n").length;
  part("numbers").textContent = Array.from({ length: count }, (_, i) => i + 1).join("\n");
  part("numbers").scrollTop = part("text").scrollTop;
}

// A file that nobody edits is checked byte for byte.
part("text").oninput = () => {
  const name = part("name").value || FAVOURITES[0];
  files.set(name, new TextEncoder().encode(part("text").value));
  if (part("name").value !== name) listNames(name);
  number();
  clearTimeout(timer);
  timer = setTimeout(check, PAUSE);
};
part("text").onscroll = () => (part("numbers").scrollTop = part("text").scrollTop);
part("files").onchange = () => chosen(part("files"));
part("folder").onchange = () => chosen(part("folder"));
part("name").onchange = () => open(part("name").value);
part("clear").onclick = () => location.reload();
part("example").onclick = async () => {
  for (const name of ["dls.yaml", "profile.yaml"])
    files.set(name, new Uint8Array(await (await fetch(`example/${name}`)).arrayBuffer()));
  open("dls.yaml");
};
document.ondragover = (event) => event.preventDefault();
document.ondrop = (event) => {
  event.preventDefault();
  dropped([...event.dataTransfer.items]);
};
