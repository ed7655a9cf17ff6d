// The whole journey of a script with the official npm client: node journey.mjs BASE_URL MODEL
import assert from "node:assert/strict";
import OpenAI, { toFile, NotFoundError, BadRequestError } from "openai";

const [baseURL, model] = process.argv.slice(2);
const client = new OpenAI({ baseURL, apiKey: "sk-any", adminAPIKey: "sk-any" });

const examples = Array.from({ length: 12 }, (_, i) => ({
  messages: [
    { role: "user", content: `名字 ${i}` },
    { role: "assistant", content: i % 2 ? "dog" : "cat" },
  ],
}));
const lines = examples.map((example) => JSON.stringify(example)).join("\n") + "\n";

const file = await client.files.create({ file: await toFile(Buffer.from(lines), "训练 données.jsonl"), purpose: "fine-tune" });
assert.equal(file.filename, "训练 données.jsonl");
assert.equal((await client.files.waitForProcessing(file.id)).status, "processed");
assert.equal(await (await client.files.content(file.id)).text(), lines);

const created = await client.fineTuning.jobs.create({
  model,
  training_file: file.id,
  suffix: "npm",
  seed: 7,
  metadata: { from: "npm" },
  method: { type: "supervised", supervised: { hyperparameters: { n_epochs: 2, batch_size: 4 } } },
});
assert.match(created.id, /^ftjob-/);
assert.match(created._request_id, /^req_[0-9a-f]{32}$/);

let job = created;
for (const deadline = Date.now() + 300_000; !["succeeded", "failed", "cancelled"].includes(job.status); ) {
  assert.ok(Date.now() < deadline, `The job stays ${job.status}.`);
  await new Promise((resolve) => setTimeout(resolve, 200));
  const asked = Date.now();
  job = await client.fineTuning.jobs.retrieve(created.id);
  assert.ok(job.estimated_finish === null || job.estimated_finish * 1000 > asked - 1000);
}
assert.equal(job.status, "succeeded", JSON.stringify(job.error));
assert.match(job.fine_tuned_model, /^ft:.+:local:npm:[0-9a-z]{8}$/);

const found = [];
for await (const each of client.fineTuning.jobs.list({ limit: 1, metadata: { from: "npm" } })) found.push(each.id);
assert.deepEqual(found, [job.id]);

const events = [];
for await (const event of client.fineTuning.jobs.listEvents(job.id, { limit: 1 })) events.push(event);
assert.equal(new Set(events.map((event) => event.id)).size, events.length);
assert.equal(events[0].message, "The job has successfully completed");
assert.equal(events.at(-1).message, `Created fine-tuning job: ${job.id}`);
assert.deepEqual(events.filter((event) => event.type === "metrics").map((event) => event.data.step), [6, 5, 4, 3, 2, 1]);

const checkpoints = [];
for await (const checkpoint of client.fineTuning.jobs.checkpoints.list(job.id, { limit: 1 })) checkpoints.push(checkpoint);
assert.deepEqual(checkpoints.map((checkpoint) => checkpoint.step_number), [6, 3]);
assert.equal(checkpoints[0].fine_tuned_model_checkpoint, job.fine_tuned_model);
assert.match(checkpoints[1].fine_tuned_model_checkpoint, /:ckpt-step-3$/);

const results = await (await client.files.content(job.result_files[0])).text();
assert.equal(results.split("\n")[0], "step,train_loss,train_accuracy,valid_loss,valid_mean_token_accuracy");
assert.equal(results.trimEnd().split("\n").length, 7);

const question = { messages: [{ role: "user", content: "名字 1" }], max_tokens: 8, temperature: 0 };
const answer = await client.chat.completions.create({ ...question, model: job.fine_tuned_model });
assert.equal(answer.choices[0].message.role, "assistant");
let streamed = "";
let usage = null;
for await (const chunk of await client.chat.completions.create({ ...question, model: job.fine_tuned_model, stream: true, stream_options: { include_usage: true } })) {
  streamed += chunk.choices[0]?.delta?.content ?? "";
  usage = chunk.usage ?? usage;
}
assert.equal(streamed, answer.choices[0].message.content);
assert.deepEqual(usage.completion_tokens, answer.usage.completion_tokens);
const atCheckpoint = await client.chat.completions.create({ ...question, model: checkpoints[1].fine_tuned_model_checkpoint });
assert.equal(atCheckpoint.object, "chat.completion");

// The client asks for base64 unless it is told otherwise, and decodes it; asked for base64 by name, it hands on the text.
const texts = ["a cat", "一只狗在公园里", "a much longer text about nothing in particular"];
const asked = { model: "text-embedding-3-small", input: texts };
const decoded = await client.embeddings.create(asked);
const numbers = await client.embeddings.create({ ...asked, encoding_format: "float" });
const encoded = await client.embeddings.create({ ...asked, encoding_format: "base64" });
assert.deepEqual(decoded.data.map((item) => item.index), [0, 1, 2]);
for (const [i, item] of numbers.data.entries()) {
  const bytes = Uint8Array.from(Buffer.from(encoded.data[i].embedding, "base64"));
  const vector = Array.from(new Float32Array(bytes.buffer));
  assert.equal(vector.length, item.embedding.length);
  assert.deepEqual(item.embedding.map(Math.fround), vector);
  assert.deepEqual(Array.from(decoded.data[i].embedding), vector);
  assert.ok(Math.abs(Math.hypot(...vector) - 1) < 1e-5);
}
assert.equal((await client.embeddings.create({ ...asked, dimensions: 8 })).data[2].embedding.length, 8);
assert.ok(numbers.usage.total_tokens > texts.length);

await assert.rejects(client.fineTuning.jobs.cancel(job.id), (error) => error instanceof BadRequestError && error.status === 400);
await assert.rejects(
  client.fineTuning.jobs.create({ model, training_file: "file-none" }),
  (error) => error instanceof BadRequestError && error.param === "training_file" && error.message.includes("invalid training_file: file-none"),
);
await assert.rejects(
  client.chat.completions.create({ ...question, model: "nobody" }),
  (error) => error instanceof NotFoundError && error.code === "model_not_found" && /^req_/.test(error.requestID),
);

await assert.rejects(
  client.chat.completions.create({ model, messages: [{ role: "user", content: "x".repeat(20 << 20) }] }),
  (error) => error.status === 413 && error.code === "request_too_large",
);

for (const checkpoint of checkpoints) assert.equal((await client.models.delete(checkpoint.fine_tuned_model_checkpoint)).deleted, true);
await assert.rejects(client.models.retrieve(job.fine_tuned_model), NotFoundError);
assert.equal((await client.files.delete(file.id)).deleted, true);
await assert.rejects(client.files.retrieve(file.id), NotFoundError);
console.log("done");
