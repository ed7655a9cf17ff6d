// Turns the rank tables of the npm package tiktoken into files that Hone maps quickly: node rank-tables.mjs OUTPUT_FOLDER
//
// A file is: the length of the header (int32, little endian), the header (JSON: pattern, special_tokens, count), then for each id the
// length of its token (one byte; 0 for an id without one), the tokens' bytes, and for each id the two tokens whose merge it is (int32 each,
// or -1). These follow from the ranks: encode the token with the lower ranks only, and two parts are left.
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const encodings = ["cl100k_base", "o200k_base", "p50k_base", "gpt2"];
const require = createRequire(import.meta.url);
const folder = process.argv[2];

mkdirSync(folder, { recursive: true });
for (const encoding of encodings) {
  const source = JSON.parse(readFileSync(require.resolve(`tiktoken/encoders/${encoding}.json`), "utf8"));
  const tokens = readRanks(source.bpe_ranks);
  const path = join(folder, `${encoding}.ranks`);
  writeFileSync(`${path}.tmp`, pack(tokens, { pattern: source.pat_str, special_tokens: source.special_tokens, count: tokens.length }));
  renameSync(`${path}.tmp`, path);
}

// Each line is "! first-rank token token …", tokens in base64. Tokens are kept as strings with one character per byte.
function readRanks(text) {
  const tokens = [];
  for (const line of text.split("\n").filter(Boolean)) {
    const [, first, ...encoded] = line.split(" ");
    encoded.forEach((token, i) => (tokens[Number(first) + i] = Buffer.from(token, "base64").toString("latin1")));
  }
  return tokens;
}

function pack(tokens, header) {
  const rankOf = new Map();
  tokens.forEach((token, rank) => rankOf.set(token, rank));
  const lengths = Buffer.alloc(tokens.length);
  const pairs = Buffer.alloc(tokens.length * 8, 0xff);
  for (let rank = 0; rank < tokens.length; rank++) {
    if (tokens[rank] === undefined) continue;
    if (tokens[rank].length > 255) throw new Error(`token ${rank} is longer than 255 bytes`);
    lengths[rank] = tokens[rank].length;
    const parts = split(tokens[rank], rank, rankOf);
    if (parts.length !== 2) continue;
    pairs.writeInt32LE(rankOf.get(parts[0]), rank * 8);
    pairs.writeInt32LE(rankOf.get(parts[1]), rank * 8 + 4);
  }

  const json = Buffer.from(JSON.stringify(header));
  const size = Buffer.alloc(4);
  size.writeInt32LE(json.length);
  return Buffer.concat([size, json, lengths, Buffer.from(tokens.join(""), "latin1"), pairs]);
}

// Byte-pair encoding of a token with the ranks below its own.
function split(token, limit, rankOf) {
  const parts = [...token];
  for (;;) {
    let best = limit;
    let at = -1;
    for (let i = 0; i + 1 < parts.length; i++) {
      const rank = rankOf.get(parts[i] + parts[i + 1]);
      if (rank < best) [best, at] = [rank, i];
    }
    if (at < 0) return parts;
    parts.splice(at, 2, parts[at] + parts[at + 1]);
  }
}
