"""Writes reference.json: small points and what scikit-learn and NumPy say of them. python3 reference.py > reference.json"""
import json
import numpy as np
from sklearn.cluster import HDBSCAN, KMeans
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import adjusted_rand_score, f1_score, silhouette_score
from sklearn.metrics.pairwise import cosine_distances
from sklearn.neighbors import LocalOutlierFactor, NearestNeighbors

random = np.random.default_rng(7)
middles = random.normal(size=(3, 5)) * 4
labels = np.repeat([0, 1, 2], [14, 12, 10])
points = np.vstack([middles[labels] + random.normal(size=(36, 5)), random.normal(size=(3, 5)) * 12]).round(2)
labels = np.append(labels, [0, 1, 2])
lof = LocalOutlierFactor(n_neighbors=6).fit(points)
unit = points / np.linalg.norm(points, axis=1, keepdims=True)
cosine = cosine_distances(points)
start = points[[0, 1, 2]]
kmeans = KMeans(3, init=start, n_init=1, tol=1e-4).fit(points)
values = np.linalg.eigvalsh(unit @ unit.T / len(points))
values = values[values > 1e-12]
logistic = LogisticRegression(C=1, tol=1e-6, max_iter=1000).fit(unit, labels)
pca = PCA(2).fit(points)
print(json.dumps({
    "points": points.tolist(),
    "labels": labels.tolist(),
    "silhouette_cosine": float(silhouette_score(points, labels, metric="cosine")),
    "silhouette_euclidean": float(silhouette_score(points, labels)),
    "lof_6_euclidean": (-lof.negative_outlier_factor_).tolist(),
    "knn3_cosine": NearestNeighbors(n_neighbors=4, metric="cosine", algorithm="brute").fit(points).kneighbors(points)[1][:, 1:].tolist(),
    "mean_pairwise_cosine_distance": float(cosine[np.triu_indices(len(points), 1)].mean()),
    "median_pairwise_cosine_distance": float(np.median(cosine[np.triu_indices(len(points), 1)])),
    "kmeans_labels": kmeans.labels_.tolist(),
    "kmeans_inertia": float(kmeans.inertia_),
    "hdbscan_labels": HDBSCAN(min_cluster_size=5, copy=True).fit(points).labels_.tolist(),
    "vendi": float(np.exp(-(values * np.log(values)).sum())),
    "logistic_probabilities": logistic.predict_proba(unit).max(axis=1).tolist(),
    "logistic_predictions": logistic.predict(unit).tolist(),
    "logistic_macro_f1": float(f1_score(labels, logistic.predict(unit), average="macro")),
    "pca_variances": pca.transform(points).var(axis=0).tolist(),
    "ari": float(adjusted_rand_score(labels, kmeans.labels_)),
}))
