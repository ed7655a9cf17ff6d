// A store of files, from its making to its end, with the official npm client: node vector_stores.mjs BASE_URL
import assert from "node:assert/strict";
import OpenAI, { toFile, NotFoundError, BadRequestError } from "openai";

const [baseURL] = process.argv.slice(2);
const client = new OpenAI({ baseURL, apiKey: "sk-any" });

const upload = async (text, name) => client.files.create({ file: await toFile(Buffer.from(text), name), purpose: "assistants" });
const cats = await upload("Cats sleep all day and hunt at night.", "猫.txt");
const trains = await upload("The train to the coast leaves at noon.", "trains.txt");

const store = await client.vectorStores.create({ name: "手册", metadata: { k: "v" }, expires_after: { anchor: "last_active_at", days: 3 } });
assert.match(store.id, /^vs_/);
const file = await client.vectorStores.files.createAndPoll(store.id, { file_id: cats.id, attributes: { kind: "动物", year: 2024 } });
assert.equal(file.status, "completed", JSON.stringify(file.last_error));
const batch = await client.vectorStores.fileBatches.createAndPoll(store.id, { file_ids: [trains.id], attributes: { kind: "travel", year: 2025 } });
assert.deepEqual(batch.file_counts, { in_progress: 0, completed: 1, failed: 0, cancelled: 0, total: 1 });
assert.equal((await client.vectorStores.retrieve(store.id)).file_counts.completed, 2);

const best = async (query, options = {}) => (await client.vectorStores.search(store.id, { query, ...options })).data.map((item) => item.filename);
assert.equal((await best("The train to the coast leaves at noon."))[0], "trains.txt");
assert.deepEqual(await best("anything", { filters: { type: "eq", key: "kind", value: "动物" } }), ["猫.txt"]);
assert.deepEqual(await best("anything", { filters: { type: "and", filters: [{ type: "gt", key: "year", value: 2024 }, { type: "in", key: "kind", value: ["travel"] }] } }), ["trains.txt"]);
const changed = await client.vectorStores.files.update(cats.id, { vector_store_id: store.id, attributes: { kind: "animals" } });
assert.deepEqual(changed.attributes, { kind: "animals" });
assert.deepEqual(await best("anything", { filters: { type: "eq", key: "kind", value: "动物" } }), []);

const listed = [];
for await (const each of client.vectorStores.files.list(store.id, { limit: 1, order: "asc" })) listed.push(each.id);
assert.deepEqual(listed, [cats.id, trains.id]);
const content = [];
for await (const part of client.vectorStores.files.content(trains.id, { vector_store_id: store.id })) content.push(part.text);
assert.deepEqual(content, ["The train to the coast leaves at noon."]);

const answer = await client.chat.completions.create({
  model: "gpt-4o-mini",
  max_tokens: 4,
  messages: [{ role: "user", content: "The train to the coast leaves at noon." }],
  hone: { file_search: { vector_store_ids: [store.id], max_num_results: 1 } },
});
assert.deepEqual(answer.hone.file_search.results.map((item) => item.filename), ["trains.txt"]);

await assert.rejects(client.vectorStores.search(store.id, { query: "a", filters: { type: "like", key: "a", value: "b" } }), (error) => error instanceof BadRequestError && error.param === "filters.type");
assert.equal((await client.vectorStores.files.delete(trains.id, { vector_store_id: store.id })).deleted, true);
assert.deepEqual(await best("The train to the coast leaves at noon."), ["猫.txt"]);
assert.equal((await client.vectorStores.update(store.id, { name: "new" })).name, "new");
assert.equal((await client.vectorStores.delete(store.id)).deleted, true);
await assert.rejects(client.vectorStores.retrieve(store.id), NotFoundError);
console.log("done");
