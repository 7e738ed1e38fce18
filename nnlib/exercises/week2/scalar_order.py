from ..cards import OrderingProblem

scalar_order = OrderingProblem(
    "Order the backward pass of z = x * w + b, a = max(z, 0), s = a * v + c, L = (s - y) squared.",
    ("ds = 2 * (s - y)", "dv = ds * a", "da = ds * v", "dz = da * (z > 0)", "dw = dz * x", "w = w - lr * dw", "v = v - lr * dv"),
    {1: (0,), 2: (0,), 3: (2,), 4: (3,), 5: (4,), 6: (1, 2)},
)
