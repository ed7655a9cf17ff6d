"""The peer of `hone bench kmeans`: scikit-learn from the same centres, the first rows.

    python3 bench/kmeans_sklearn.py make FILE.npy ROWS DIMENSIONS      unit vectors that lie together as those of texts do
    python3 bench/kmeans_sklearn.py run FILE.npy CLUSTERS ITERATIONS   the median of three runs as one line of JSON
"""

import json
import statistics
import sys
import time
import warnings

import numpy


def make(path, rows, dimensions):
    generator = numpy.random.default_rng(7)
    mixing = generator.standard_normal((48, dimensions), dtype=numpy.float32) * numpy.linspace(2, 0.3, 48, dtype=numpy.float32)[:, None]
    x = generator.standard_normal((rows, 48), dtype=numpy.float32) @ mixing + 0.5 * generator.standard_normal((rows, dimensions), dtype=numpy.float32)
    numpy.save(path, x / numpy.linalg.norm(x, axis=1, keepdims=True))


def run(path, clusters, iterations):
    import sklearn
    from sklearn.cluster import KMeans

    warnings.simplefilter("ignore")  # it says that it has not converged
    x = numpy.load(path)
    seconds, processor = [], []
    for _ in range(4):
        model = KMeans(clusters, init=x[:clusters].copy(), n_init=1, max_iter=iterations, tol=0, algorithm="lloyd", copy_x=False)
        start, used = time.perf_counter(), time.process_time()
        model.fit(x)
        seconds.append(time.perf_counter() - start)
        processor.append(time.process_time() - used)
    print(json.dumps({
        "scikit-learn": sklearn.__version__,
        "rows": len(x),
        "iterations": model.n_iter_,
        "seconds": round(statistics.median(seconds[1:]), 4),
        "processor_seconds": round(statistics.median(processor[1:]), 4),
        "inertia": float(model.inertia_),
    }))


if sys.argv[1] == "make":
    make(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
else:
    run(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
