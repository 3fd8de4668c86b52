// Python in a worker: it starts once, then checks one file after the other. Only files of this site are read.

const BASE = new URL("python/", import.meta.url).href;
const PACKAGES = ["packages.zip", "dls.zip"];
const LIBRARY = "/lib/packages";
const FOLDER = "/statement";
const PAUSE = 300; // milliseconds without a new text before the report

let python; // the module of Python functions
let system; // the file system of Python

async function start() {
  const { loadPyodide } = await import(`${BASE}pyodide.mjs`);
  const bytes = PACKAGES.map((name) => fetch(BASE + name).then(whole));
  const source = fetch(new URL("in_browser.py", import.meta.url)).then((answer) => answer.text());
  const pyodide = await loadPyodide({ indexURL: BASE });
  for (const archive of await Promise.all(bytes)) pyodide.unpackArchive(archive, "zip", { extractDir: LIBRARY });
  pyodide.FS.writeFile(`${LIBRARY}/in_browser.py`, await source);
  pyodide.runPython(`import sys; sys.path.insert(0, "${LIBRARY}")`);
  system = pyodide.FS;
  python = pyodide.pyimport("in_browser");
}

async function whole(answer) {
  if (!answer.ok) throw new Error(`${answer.url} is not there; this site was built without Python for the browser`);
  return answer.arrayBuffer();
}

let later = 0; // the timer of a report, which waits for a pause

function check({ edition, name, files }) {
  clearTimeout(later);
  const folder = `${FOLDER}/${edition}`;
  python.empty(FOLDER);
  for (const [path, data] of files) {
    const place = `${folder}/${path}`;
    system.mkdirTree(place.slice(0, place.lastIndexOf("/")));
    system.writeFile(place, data);
  }
  system.chdir(folder);
  postMessage({ kind: "findings", edition, json: python.findings(name) });
  later = setTimeout(() => postMessage({ kind: "report", edition, html: python.report(name) }), PAUSE);
}

const ready = start().then(
  () => postMessage({ kind: "ready" }),
  (error) => postMessage({ kind: "problem", text: `Python cannot start: ${error.message}` }),
);

let latest = null; // the newest request; earlier ones are skipped

onmessage = async ({ data }) => {
  latest = data;
  await ready;
  await new Promise((done) => setTimeout(done)); // lets newer requests in
  if (latest !== data || !python) return;
  try {
    check(data);
  } catch (error) {
    postMessage({ kind: "problem", text: `The check stopped: ${error.message.trim().split("\n").pop()}` });
  }
};
