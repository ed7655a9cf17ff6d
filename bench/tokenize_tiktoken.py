"""How fast tiktoken encodes a text: python3 tokenize_tiktoken.py ENCODING.json FILE [RUNS]

ENCODING.json is node_modules/tiktoken/encoders/cl100k_base.json: the ranks come from the same package as Hone's.
"""
import base64
import json
import statistics
import sys
import time

import tiktoken

source = json.load(open(sys.argv[1], encoding="utf-8"))
ranks = {}
for line in source["bpe_ranks"].split("\n"):
    if line:
        _, first, *tokens = line.split(" ")
        ranks.update((base64.b64decode(token), int(first) + i) for i, token in enumerate(tokens))
encoding = tiktoken.Encoding("measured", pat_str=source["pat_str"], mergeable_ranks=ranks, special_tokens=source["special_tokens"])
text = open(sys.argv[2], encoding="utf-8", errors="replace", newline="").read()

tokens = len(encoding.encode_ordinary(text))
seconds = []
processor_seconds = []
for _ in range(int(sys.argv[3]) if len(sys.argv) > 3 else 5):
    start = time.perf_counter()
    processor_start = time.process_time()
    encoding.encode_ordinary(text)
    processor_seconds.append(time.process_time() - processor_start)
    seconds.append(time.perf_counter() - start)
megabytes = len(text.encode("utf-8")) / 1e6
print(json.dumps({
    "tiktoken": tiktoken.__version__,
    "megabytes_per_second": round(megabytes / statistics.median(seconds), 2),
    "seconds": round(statistics.median(seconds), 4),
    "processor_seconds": round(statistics.median(processor_seconds), 4),
    "tokens": tokens,
    "megabytes": round(megabytes, 3),
}))
