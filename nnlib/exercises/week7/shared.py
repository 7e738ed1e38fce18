"""What exercises of week 7 share."""


def batch_to_normalize(rng):
    """X, gamma, beta and running values: few rows, so that m and m - 1 differ; means far from 0, variances from 0.01 to 4."""
    m, n = int(rng.integers(4, 8)), 3
    X = rng.standard_normal((m, n)) * [0.1, 1.0, 2.0] + [3.0, -1.0, 0.5]
    row = lambda low, high: rng.uniform(low, high, (1, n))  # noqa: E731
    return X, row(0.5, 2), row(-1, 1), row(-2, 2), row(0.5, 3)
