"""How fast ONNX Runtime and PyTorch run an encoder: python3 embed_peers.py SHAPE LENGTHS.json [RUNS]

LENGTHS.json is what `hone bench embed FILE --shape SHAPE --json` prints: texts of the same numbers of tokens are measured, sorted by
length, in batches of 32 padded to their longest, as sentence-transformers does. Weights are random, in float32. OMP_NUM_THREADS
sets the threads of both.
"""
import json
import os
import statistics
import sys
import tempfile
import time

import numpy
import onnxruntime
import torch
import transformers

widths = {"minilm-l6": (384, 6), "bert-base": (768, 12)}
width, layers = widths[sys.argv[1]]
lengths = json.load(open(sys.argv[2], encoding="utf-8"))["lengths"]
runs = int(sys.argv[3]) if len(sys.argv) > 3 else 3
torch.manual_seed(1)
config = transformers.BertConfig(hidden_size=width, num_hidden_layers=layers, num_attention_heads=12, intermediate_size=4 * width)
config._attn_implementation = "sdpa"


class Embedder(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.bert = transformers.BertModel(config, add_pooling_layer=False)

    def forward(self, ids, mask):
        hidden = self.bert(ids, attention_mask=mask).last_hidden_state
        weights = mask.unsqueeze(-1).to(hidden.dtype)
        mean = (hidden * weights).sum(1) / weights.sum(1)
        return torch.nn.functional.normalize(mean, dim=1)


batches = []
for start in range(0, len(lengths), 32):
    part = lengths[start:start + 32]
    ids = torch.randint(5, 30000, (len(part), max(part)))
    mask = torch.zeros_like(ids)
    for row, length in enumerate(part):
        mask[row, :length] = 1
    batches.append((ids, mask))


def measured(run):
    """Seconds, and those of the processors; warmed up by the shortest and the longest batch."""
    run([0, -1])
    seconds, processor = [], []
    for _ in range(runs):
        start, used = time.perf_counter(), time.process_time()
        run(range(len(batches)))
        seconds.append(time.perf_counter() - start)
        processor.append(time.process_time() - used)
    return round(statistics.median(seconds), 4), round(statistics.median(processor), 4)


embedder = Embedder().eval()
with torch.inference_mode():
    by_torch = measured(lambda which: [embedder(*batches[at]) for at in which])
    last = embedder(*batches[-1]).numpy()

with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "model.onnx")
    axes = {0: "texts", 1: "tokens"}
    config._attn_implementation = "eager"
    exported = Embedder().eval()
    exported.load_state_dict(embedder.state_dict())
    torch.onnx.export(exported, batches[0], path, input_names=["ids", "mask"], output_names=["unit"], dynamic_axes={"ids": axes, "mask": axes}, opset_version=17, dynamo=False)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = torch.get_num_threads()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    feeds = [{"ids": ids.numpy(), "mask": mask.numpy()} for ids, mask in batches]
    by_onnx = measured(lambda which: [session.run(None, feeds[at]) for at in which])
    difference = float(numpy.abs(session.run(None, feeds[-1])[0] - last).max())

print(json.dumps({
    "torch": torch.__version__,
    "onnxruntime": onnxruntime.__version__,
    "threads": torch.get_num_threads(),
    "torch_seconds": by_torch[0],
    "torch_processor_seconds": by_torch[1],
    "onnxruntime_seconds": by_onnx[0],
    "onnxruntime_processor_seconds": by_onnx[1],
    "largest_difference": difference,
}))
