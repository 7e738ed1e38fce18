"""Speed of the core against a textbook loop, PyTorch and scikit-learn: one thread, ratios within one run.

Run it with ``python tests/benchmarks/core.py``. A ratio above 1 means that nnlib is the faster one. Every
contestant does the same work: forward, loss, backward, update; all but scikit-learn also keep the loss and the accuracy
of each step, as History does.
"""

import os

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

import time
import warnings

import numpy as np

from nnlib import SGD, Adam, BinaryCrossEntropy, SoftmaxCrossEntropy, datasets, fit, mlp

warnings.simplefilter("ignore")  # scikit-learn warns that it has not converged


def textbook(X, y, sizes, lr, steps, rng):
    """The loop as courses print it: dictionaries of W, b, Z, A; 1/m in dW and db; examples as rows."""
    m, L, p = len(X), len(sizes) - 1, {}
    Y = y.reshape(-1, 1)
    for l in range(1, L + 1):
        p[f"W{l}"] = rng.standard_normal((sizes[l - 1], sizes[l])) * np.sqrt(2 / sizes[l - 1])
        p[f"b{l}"] = np.zeros((1, sizes[l]))
    losses, accuracies = [], []
    for _ in range(steps):
        cache = {"A0": X}
        for l in range(1, L + 1):
            Z = np.dot(cache[f"A{l - 1}"], p[f"W{l}"]) + p[f"b{l}"]
            cache[f"Z{l}"] = Z
            cache[f"A{l}"] = np.maximum(0, Z) if l < L else 1 / (1 + np.exp(-Z))
        A = np.clip(cache[f"A{L}"], 1e-12, 1 - 1e-12)
        losses.append(-np.mean(Y * np.log(A) + (1 - Y) * np.log(1 - A)))
        accuracies.append(np.mean((A > 0.5) == Y))
        grads, dZ = {}, A - Y
        for l in range(L, 0, -1):
            grads[f"dW{l}"] = 1 / m * np.dot(cache[f"A{l - 1}"].T, dZ)
            grads[f"db{l}"] = 1 / m * np.sum(dZ, axis=0, keepdims=True)
            if l > 1:
                dZ = np.dot(dZ, p[f"W{l}"].T) * (cache[f"Z{l - 1}"] > 0)
        for l in range(1, L + 1):
            p[f"W{l}"] -= lr * grads[f"dW{l}"]
            p[f"b{l}"] -= lr * grads[f"db{l}"]
    return losses, accuracies


def torch_run(X, y, sizes, make_optimizer, loss, epochs, batch_size, dtype):
    import torch

    torch.set_num_threads(1)
    layers = []
    for a, b in zip(sizes, sizes[1:]):
        layers += [torch.nn.Linear(a, b), torch.nn.ReLU()]
    net = torch.nn.Sequential(*layers[:-1]).to(dtype)
    optimizer = make_optimizer(net.parameters())
    X, y = torch.as_tensor(X).to(dtype), torch.as_tensor(y)
    losses, right = [], 0
    for _ in range(epochs):
        order = torch.randperm(len(X)) if batch_size < len(X) else None
        for i in range(0, len(X), batch_size):
            Xb, yb = (X, y) if order is None else (X[order[i : i + batch_size]], y[order[i : i + batch_size]])
            optimizer.zero_grad()
            Z = net(Xb)
            value = loss(Z, yb)
            value.backward()
            optimizer.step()
            losses.append(value.item())
            right += ((Z > 0) == yb if Z.shape[1] == 1 else Z.argmax(dim=1) == yb).sum().item()
    return losses, right / len(X) / epochs


def compare(title, contestants, rounds=16):
    """Run all in turn, each round starting with another; print the median time of each and its median ratio to nnlib."""
    times, names = {name: [] for name in contestants}, list(contestants)
    for i in range(rounds):
        for name in names[i % len(names) :] + names[: i % len(names)]:
            run, start = contestants[name], time.perf_counter()
            run()
            times[name].append(time.perf_counter() - start)
    ours = np.array(times["nnlib"])
    print(title)
    for name, t in times.items():
        print(f"  {name:<13} {1000 * np.median(t):8.1f} ms   ratio {np.median(np.array(t) / ours):5.2f}")


def small(steps=1000):
    import torch
    from sklearn.neural_network import MLPClassifier

    sizes = [2, 16, 8, 4, 1]
    X, y = datasets.spirals(200, arms=2, rng=0)
    loss = torch.nn.BCEWithLogitsLoss()
    compare(
        f"2-16-8-4-1, 200 points, {steps} full-batch SGD steps, float64",
        {
            "nnlib": lambda: fit(mlp(sizes, loss=BinaryCrossEntropy(), rng=0), X, y, SGD(0.5), epochs=steps),
            "textbook": lambda: textbook(X, y, sizes, 0.5, steps, np.random.default_rng(0)),
            "PyTorch": lambda: torch_run(
                X, y.reshape(-1, 1).astype(float), sizes, lambda p: torch.optim.SGD(p, lr=0.5), loss, steps, 200, torch.float64
            ),
            "scikit-learn": lambda: MLPClassifier(
                (16, 8, 4),
                solver="sgd",
                batch_size=200,
                learning_rate_init=0.5,
                momentum=0,
                alpha=0,
                max_iter=steps,
                tol=0,
                n_iter_no_change=10**9,
                shuffle=False,
            ).fit(X, y),
        },
    )


def large(m=12800):
    import torch
    from sklearn.neural_network import MLPClassifier

    sizes, rng = [784, 512, 256, 10], np.random.default_rng(0)
    X = rng.random((m, 784), dtype=np.float32)
    y = rng.integers(0, 10, m)
    loss = torch.nn.CrossEntropyLoss()
    compare(
        f"784-512-256-10, {m} rows, batch 128, {m // 128} Adam steps, float32",
        {
            "nnlib": lambda: fit(
                mlp(sizes, loss=SoftmaxCrossEntropy(), rng=0, dtype=np.float32), X, y, Adam(1e-3), epochs=1, batch_size=128
            ),
            "PyTorch": lambda: torch_run(X, y, sizes, lambda p: torch.optim.Adam(p, lr=1e-3), loss, 1, 128, torch.float32),
            "scikit-learn": lambda: MLPClassifier((512, 256), batch_size=128, alpha=0, max_iter=1).fit(X, y),
        },
    )


if __name__ == "__main__":
    small()
    large()
