#!/usr/bin/env node
// The npm `solc` as an executable that speaks like the native one. Its own command prints a stray first line,
// reads standard input unsafely and cuts long output to a pipe, so this calls the module's `compile`.
// Understands --version and --standard-json [FILE]; paths and permissions are of no use to a compiler that
// is handed every source, so options that carry them are accepted and ignored.
"use strict";

const fs = require("node:fs");
const path = require("node:path");

async function readAll(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exitCode = 1;
}

async function main(args) {
  const solc = require(path.join(__dirname, "..", "..", "contracts", "node_modules", "solc"));

  if (args.includes("--version")) {
    process.stdout.write(`solc, the solidity compiler commandline interface\nVersion: ${solc.version()}\n`);
    return;
  }
  const at = args.indexOf("--standard-json");
  if (at < 0) {
    fail("unrecognised option: this compiler understands --version and --standard-json only");
    return;
  }

  const file = args[at + 1];
  const isFile = file !== undefined && !file.startsWith("-");
  const input = isFile ? fs.readFileSync(file, "utf8") : await readAll(process.stdin);

  // No process.exit after this: Node would drop what a slow reader has not taken yet.
  process.stdout.write(solc.compile(input) + "\n");
}

main(process.argv.slice(2)).catch((error) => fail(String((error && error.stack) || error)));
