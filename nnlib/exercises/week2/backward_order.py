from ..cards import OrderingProblem

backward_order = OrderingProblem(
    "Order the backward pass of Z1 = X W1, A1 = relu(Z1), Z2 = A1 W2, P = softmax(Z2).",
    ("dZ2 = (P - Y) / m", "dW2 = A1.T @ dZ2", "dA1 = dZ2 @ W2.T", "dZ1 = dA1 * (Z1 > 0)", "dW1 = X.T @ dZ1"),
    {1: (0,), 2: (0,), 3: (2,), 4: (3,)},
)
