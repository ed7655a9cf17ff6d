"""The peer of `hone bench vectors`: FAISS, flat and HNSW, on the same vectors.

    python3 bench/vectors_faiss.py make FILE random|texts ROWS DIMENSIONS   unit vectors as raw float32, and FILE.queries
    python3 bench/vectors_faiss.py hnsw FILE DIMENSIONS INDEX               builds the graph, with its time
    python3 bench/vectors_faiss.py run FILE DIMENSIONS [INDEX]              medians as one line of JSON
"""

import json
import statistics
import sys
import time

import faiss
import numpy

QUERIES = 256
BATCH = 64


def make(path, kind, rows, dimensions):
    generator = numpy.random.default_rng(7)
    # "texts": a few dozen directions carry most of the variance, as in embeddings of texts.
    inner = 48
    mixing = generator.standard_normal((inner, dimensions), dtype=numpy.float32) * numpy.linspace(2, 0.3, inner, dtype=numpy.float32)[:, None]

    def block(count):
        if kind == "random":
            x = generator.standard_normal((count, dimensions), dtype=numpy.float32)
        else:
            x = generator.standard_normal((count, inner), dtype=numpy.float32) @ mixing + 0.5 * generator.standard_normal((count, dimensions), dtype=numpy.float32)
        return x / numpy.linalg.norm(x, axis=1, keepdims=True)

    with open(path, "wb") as file:
        for first in range(0, rows, 50_000):
            block(min(50_000, rows - first)).tofile(file)
    block(QUERIES).tofile(path + ".queries")


def load(path, dimensions):
    return numpy.memmap(path, numpy.float32, "r").reshape(-1, dimensions), numpy.fromfile(path + ".queries", numpy.float32).reshape(-1, dimensions)


def hnsw(path, dimensions, target):
    rows, _ = load(path, dimensions)
    index = faiss.IndexHNSWFlat(dimensions, 32, faiss.METRIC_INNER_PRODUCT)
    index.hnsw.efConstruction = 40
    start = time.perf_counter()
    index.add(numpy.ascontiguousarray(rows))
    print(json.dumps({"build_seconds": round(time.perf_counter() - start, 1)}))
    faiss.write_index(index, target)


def seconds(work, runs):
    """Medians on the wall and of the processors."""
    times, processor = [], []
    for _ in range(runs):
        start, processor_start = time.perf_counter(), time.process_time()
        work()
        processor.append(time.process_time() - processor_start)
        times.append(time.perf_counter() - start)
    return statistics.median(times), statistics.median(processor)


def row(name, work, runs, queries):
    wall, processor = seconds(work, runs)
    if queries == 1:
        return {name + "_ms": round(1000 * wall, 2), name + "_processor_ms": round(1000 * processor, 2)}
    return {name + "_queries_per_second": round(queries / wall, 1), name + "_processor_ms": round(1000 * processor, 2)}


def run(path, dimensions, graph=None):
    rows, queries = load(path, dimensions)
    flat = faiss.IndexFlatIP(dimensions)
    flat.add(numpy.ascontiguousarray(rows))
    flat.search(queries[:1], 10)
    result = row("flat_one", lambda: flat.search(queries[:1], 10), 9, 1) | row("flat_batch", lambda: flat.search(queries[:BATCH], 10), 1, BATCH)
    if graph:
        _, truth = flat.search(queries[:BATCH], 10)
        del flat
        index = faiss.read_index(graph)
        for width in (16, 32, 64, 128, 192, 256, 384, 512, 768, 1024, 2048, 4096):
            index.hnsw.efSearch = width
            _, found = index.search(queries[:BATCH], 10)
            recall = sum(len(set(a) & set(b)) for a, b in zip(found, truth)) / truth.size
            if recall >= 0.99:
                break
        result |= {"hnsw_ef": width, "hnsw_recall": round(recall, 4)} | row("hnsw_batch", lambda: index.search(queries[:BATCH], 10), 5, BATCH)
    print(json.dumps(result))


if __name__ == "__main__":
    if sys.argv[1] == "make":
        make(sys.argv[2], sys.argv[3], int(sys.argv[4]), int(sys.argv[5]))
    elif sys.argv[1] == "hnsw":
        hnsw(sys.argv[2], int(sys.argv[3]), sys.argv[4])
    else:
        run(sys.argv[2], int(sys.argv[3]), *sys.argv[4:])
