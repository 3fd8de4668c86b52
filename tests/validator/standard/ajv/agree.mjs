// Reads schemas and values as JSON on standard input, prints whether ajv accepts each value, in order.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

const require = createRequire(process.argv[2] + "/");
const Ajv2020 = require("ajv/dist/2020").default;
const { schemas, values } = JSON.parse(readFileSync(0, "utf-8"));
const ajv = new Ajv2020({ strict: false, allErrors: false });
const accepts = Object.fromEntries(Object.entries(schemas).map(([kind, schema]) => [kind, ajv.compile(schema)]));
console.log(JSON.stringify(values.map(([kind, value]) => accepts[kind](value))));
