"""What learners write in derivations, collected before the code that judges it: ten false and ten right but unusual texts for each.

A false text is (kind, lines): its last line is the false one, all before it are true. ``kind`` names the mistake. Of a right text no line may be refused.
"""

FALSE, RIGHT = {}, {}

FALSE["week2.dense_dW"] = [
    ("lost sum", "dW[k, j] = dZ[i, j] * X[i, k]"),
    ("transpose", "dW[k, j] = sum(dZ[i, j] * X[i, k] for i in range(m))\ndW = dZ.T @ X"),
    ("wrong index", "dW[k, j] = sum(dZ[i, j] * X[k, i] for i in range(m))"),
    ("mean for sum", "dW[k, j] = mean(dZ[i, j] * X[i, k] for i in range(m))"),
    ("1/m twice", "dW = X.T @ dZ / m"),
    ("shape", "dW = X @ dZ"),
    ("shape", "dW: (n_out, n_in)"),
]
FALSE["week2.dense_db_dX"] = [
    ("lost sum", "db[j] = dZ[i, j]"),
    ("wrong axis", "db = dZ.sum(axis=1, keepdims=True)"),
    ("transpose", "dX = dZ @ W"),
]
RIGHT["week2.dense_dW"] = [
    "dW[a, c] = sum(X[e, a] * dZ[e, c] for e in range(m))",
    "dW = np.einsum('ik,ij->kj', X, dZ)",
    "dW = (dZ.T @ X).T",
    "dW = m * mean(X[i][:, None] * dZ[i][None, :] for i in range(m))",
    "dW = sum(np.outer(X[i], dZ[i]) for i in range(m))",
    "dW[k] = sum(X[i, k] * dZ[i] for i in range(m))\ndW.T = dZ.T @ X",
    "G = X.T\ndW = G @ dZ",
]
RIGHT["week2.dense_db_dX"] = [
    "db[0, j] = sum(dZ[e, j] for e in range(m))\ndb = np.ones((1, m)) @ dZ",
    "db = dZ.sum(axis=0)\ndb = m * dZ.mean(axis=0, keepdims=True)\ndb: (n_out,)",
    "dX[i, k] = sum(W[k, j] * dZ[i, j] for j in range(n_out))\ndX[i] = W @ dZ[i]\ndX = (W @ dZ.T).T",
]

FALSE["week3.relu_slope"] = [
    ("kink", "da_dz = 1 if z >= 0 else 0"),
    ("kink", "dZ = dA * (Z >= 0)"),
    ("missing slope", "dz = da"),
    ("wrong quantity", "dz = da * (da > 0)"),
    ("wrong quantity", "dZ = maximum(dA, 0)"),
    ("value for slope", "dz = da * max(z, 0)"),
    ("value for slope", "da_dz = z if z > 0 else 0"),
    ("reversed condition", "dZ = dA * (Z < 0)"),
    ("matrix product", "dZ = dA @ (Z > 0)"),
    ("sign", "dz = da * sign(z)"),
]
RIGHT["week3.relu_slope"] = [
    "a = (z + abs(z)) / 2",
    "a = z * (z > 0)",
    "da_dz = (1 + sign(z)) / 2 if z != 0 else 0",
    "da_dz = where(z > 0, 1, 0)",
    "dz = da * (a > 0)",
    "dZ = np.where(A > 0, dA, 0)",
    "dZ[p, q] = dA[p, q] if A[p, q] > 0 else 0",
    "dZ[i] = (Z[i] > 0) * dA[i]",
    "mask = Z > 0\ndZ = mask * dA",
    "dZ = dA - dA * (Z <= 0)",
]

FALSE["week3.sigmoid_slope"] = [
    ("sign", "da_dz = -exp(-z) / (1 + exp(-z))**2"),
    ("missing inner slope", "da_dz = 1 / (1 + exp(-z))**2"),
    ("wrong quantity", "da_dz = z * (1 - z)"),
    ("sign", "da_dz = a * (1 + a)"),
    ("missing factor", "da_dz = 1 - a"),
    ("power", "da_dz = exp(-z) / (1 + exp(-z))"),
    ("power", "da_dz = a * (1 - a)**2"),
    ("missing slope", "da_dz = a * (1 - a)\ndz = da"),
    ("not multiplied", "dz = a * (1 - a)"),
    ("missing parentheses", "a = 1 / 1 + exp(-z)"),
]
RIGHT["week3.sigmoid_slope"] = [
    "a = exp(z) / (1 + exp(z))",
    "a = sigmoid(z)\n1 - a = sigmoid(-z)",
    "a = (1 + exp(-z))**(-1)\nda_dz = (-1) * (1 + exp(-z))**(-2) * (-exp(-z))",
    "da_dz = a - a**2",
    "da_dz = a**2 * exp(-z)",
    "da_dz = 1/4 - (a - 1/2)**2",
    "da_dz = 1 / (2 + exp(z) + exp(-z))",
    "da_dz = 1 / (4 * cosh(z / 2)**2)",
    "u = 1 + exp(-z)\nda_dz = exp(-z) / u**2 = (u - 1) / u**2 = 1 / u - 1 / u**2 = a - a**2",
    "dz = a * da - a * a * da",
]

FALSE["week3.tanh_slope"] = [
    ("power", "dt_dz = 1 - t"),
    ("sign", "dt_dz = 1 + t**2"),
    ("sign", "dt_dz = t**2 - 1"),
    ("wrong quantity", "dt_dz = 1 - z**2"),
    ("missing inner slope", "dt_dz = 2 * s * (1 - s)"),
    ("missing inner slope", "ds_dz = s * (1 - s)"),
    ("wrong quantity", "dt_dz = t * (1 - t)"),
    ("power", "dt_dz = (1 - t)**2"),
    ("not multiplied", "dz = 1 - t**2"),
    ("sign", "t = 2 * s + 1"),
]
RIGHT["week3.tanh_slope"] = [
    "t = (exp(z) - exp(-z)) / (exp(z) + exp(-z))",
    "t = (exp(2*z) - 1) / (exp(2*z) + 1)",
    "t = sinh(z) / cosh(z)\ndt_dz = (cosh(z)**2 - sinh(z)**2) / cosh(z)**2 = 1 / cosh(z)**2",
    "dt_dz = (1 - t) * (1 + t)",
    "dt_dz = 4 * s - 4 * s**2",
    "s = (1 + t) / 2\ndt_dz = 4 * (1 + t) / 2 * (1 - t) / 2",
    "ds_dz = 2 * (s - s**2)\ndt_dz = 2 * ds_dz",
    "dz = dt - dt * t * t",
    "dz = dt * dt_dz",
    "c = exp(z) + exp(-z)\ndt_dz = 4 / c**2",
]

FALSE["week3.softmax_jacobian"] = [
    ("diagonal", "J[i, j] = p[i] * (1 - p[i])"),
    ("diagonal", "dz = dp * p * (1 - p)"),
    ("diagonal", "J = diag(p * (1 - p))"),
    ("sign", "J[i, j] = p[i] * (p[j] - (i == j))"),
    ("sign", "J = diag(p) + outer(p, p)"),
    ("treated as constant", "J[i, j] = (i == j) * exp(z[i]) / S"),
    ("not summed", "dz[j] = J[i, j] * dp[i]"),
    ("mean for sum", "dz = p * (dp - mean(p * dp))"),
    ("missing factor", "dz = dp - sum(p * dp)"),
    ("power", "J[i, j] = ((i == j) * exp(z[i]) * S - exp(z[i]) * exp(z[j])) / S"),
]
RIGHT["week3.softmax_jacobian"] = [
    "p[a] = exp(z[a]) / sum(exp(z[b]) for b in range(K))",
    "p = softmax(z)\nJ = diag(p) - p[:, None] * p[None, :]",
    "J[r, c] = p[r] * (1 - p[r]) if r == c else -p[r] * p[c]",
    "J[i, j] = eye(K)[i, j] * p[i] - p[i] * p[j]",
    "J = p[:, None] * (np.eye(K) - p)",
    "J = np.diag(p) - np.outer(p, p)\ndz = J.T @ dp\ndz = J @ dp",
    "dz = dp @ J",
    "dz[j] = p[j] * dp[j] * (1 - p[j]) - p[j] * sum(p[i] * dp[i] for i in range(K) if i != j)",
    "g = sum(p[i] * dp[i] for i in range(K))\ndz = p * dp - p * g",
    "dz = np.einsum('ij,i->j', J, dp)\ndz = p * (dp - p @ dp)",
]

FALSE["week4.squared_error_dZ"] = [
    ("missing factor", "dZ = (Z - Y) / m"),
    ("sign", "dZ = 2 * (Y - Z) / m"),
    ("mean for sum", "dZ = 2 * (Z - Y) / (m * K)"),
    ("1/m twice", "dZ = 2 * (Z - Y) / m**2"),
    ("power", "dZ = 2 * (Z - Y)**2 / m"),
    ("mean for sum", "L = mean((Z - Y)**2)"),
    ("lost sum", "L = sum((Z[i, k] - Y[i, k])**2 for k in range(K)) / m"),
    ("not a slope", "dZ[i, k] = (Z[i, k] - Y[i, k])**2 / m"),
    ("summed too much", "dZ[i, k] = sum(2 * (Z[i, k] - Y[i, k]) for i in range(m)) / m"),
    ("convention", "dZ[i, k] = 2 * (Z[i, k] - Y[i, k]) / m\ndZ = 2 * (Z - Y)"),
]
RIGHT["week4.squared_error_dZ"] = [
    "L = ((Z - Y)**2).sum() / m",
    "L = mean(sum((Z[e, c] - Y[e, c])**2 for c in range(K)) for e in range(m))",
    "L = K * np.mean((Z - Y)**2)",
    "L = ((Z - Y)**2).sum(axis=1).mean()",
    "D = Z - Y\ndZ = 2 * D / m",
    "dZ = 2 * Z / m - 2 * Y / m",
    "dZ[e, c] = -2 * (Y[e, c] - Z[e, c]) / m",
    "dZ[i, k] = 2 * (Z[i, k] - Y[i, k])\ndZ = 2 * (Z - Y)",
    "L = np.einsum('ik,ik->', Z - Y, Z - Y) / m\ndZ = (Z - Y + Z - Y) / m",
    "dZ = (Z - Y) * (2 / m)\ndZ: (m, K)",
]

FALSE["week4.sigmoid_cross_entropy_dz"] = [
    ("sign", "dp = y / p - (1 - y) / (1 - p)"),
    ("sign", "dp = -y / p - (1 - y) / (1 - p)"),
    ("lost term", "dp = -y / p"),
    ("sign", "dp = -y / p + (1 - y) / (1 - p)\ndz = y - p"),
    ("missing slope", "dz = -y / p + (1 - y) / (1 - p)"),
    ("slope twice", "dz = (p - y) * p * (1 - p)"),
    ("wrong quantity", "dz = z - y"),
    ("wrong quantity", "dp_dz = z * (1 - z)"),
    ("1/m twice", "dz = p - y\ndZ = (P - Y) / m\ndZ = (P - Y) / m / m"),
    ("missing factor", "dp = (p - y) / p"),
]
RIGHT["week4.sigmoid_cross_entropy_dz"] = [
    "loss = -y * log(p) - (1 - y) * log(1 - p)",
    "loss = log(1 + exp(z)) - y * z\ndz = exp(z) / (1 + exp(z)) - y",
    "dp = (1 - y) / (1 - p) - y / p",
    "dp = -(y * (1 - p) - (1 - y) * p) / (p * (1 - p))",
    "dp = -1 / p if y == 1 else 1 / (1 - p)",
    "dz = dp * p * (1 - p) = -y * (1 - p) + (1 - y) * p = p - y",
    "dz = -(y - p)",
    "dZ = P - Y\ndZ[i, 0] = P[i, 0] - Y[i, 0]",
    "dZ[e, 0] = (P[e, 0] - Y[e, 0]) / m\ndZ = P / m - Y / m",
    "dp_dz = p - p**2\ndz = dp * dp_dz\ndZ = (sigmoid(Z) - Y) / m",
]

FALSE["week4.softmax_cross_entropy_dZ"] = [
    ("diagonal", "dz[j] = dp[j] * p[j] * (1 - p[j])"),
    ("diagonal", "dp[k] = -y[k] / p[k]\ndz[j] = -y[j] * (1 - p[j])"),
    ("sign", "dp[k] = y[k] / p[k]"),
    ("treated as constant", "dp[k] = -1 / p[k]"),
    ("not summed", "dz[j] = dp[k] * J[k, j]"),
    ("sign", "dz = y - p"),
    ("slope twice", "dz = (p - y) * p"),
    ("lost term", "dz = p"),
    ("mean for sum", "dZ = (P - Y) / (m * K)"),
    ("wrong quantity", "dz = z - y"),
]
RIGHT["week4.softmax_cross_entropy_dZ"] = [
    "loss = -sum(y[k] * log(p[k]) for k in range(K))",
    "loss = log(sum(exp(z[c]) for c in range(K))) - sum(y * z)",
    "loss = -log(p @ y)",
    "dp = -y / p\ndz = J.T @ dp",
    "J = diag(p) - outer(p, p)\ndz = J @ dp",
    "dz[j] = sum(-y[k] / p[k] * p[k] * ((k == j) - p[j]) for k in range(K))",
    "dz[j] = -y[j] * (1 - p[j]) + sum(y[k] * p[j] for k in range(K) if k != j)",
    "dz[c] = exp(z[c]) / sum(exp(z[a]) for a in range(K)) - y[c]",
    "dz = p * sum(y) - y\ndz = -(y - p)",
    "dZ = P - Y\ndZ[i, k] = softmax(Z)[i, k] - Y[i, k]",
]

FALSE["week5.he_variance"] = [
    ("lost sum", "E[z**2] = var_w * q"),
    ("power", "E[z**2] = n_in**2 * var_w * q"),
    ("missing half", "E[relu(z)**2] = E[z**2]"),
    ("variance for mean square", "Var(relu(z)) = E[z**2] / 2"),
    ("mean not squared", "E[relu(z)] = E[z] / 2"),
    ("n_out for n_in", "var_w = 2 / n_out"),
]
FALSE["week5.xavier_variance"] = [
    ("n_out for n_in", "E[dx**2] = n_in * var_w * u"),
    ("missing factor", "var_xavier = 1 / (n_in + n_out)"),
    ("power", "var_fwd = 1 / n_in**2"),
    ("mean of variances", "var_xavier = (1 / n_in + 1 / n_out) / 2"),
]
RIGHT["week5.he_variance"] = [
    "E[z] = sum(E[x[k]] * E[w[k]] for k in range(n_in)) = 0",
    "E[z**2] = sum(E[x[a]**2 * w[a]**2] for a in range(n_in)) = sum(E[x[a]**2] * E[w[a]**2] for a in range(n_in))",
    "Var(z) = n_in * Var(w[0]) * E[x[0]**2]",
    "E[z**2] = sum(E[x[k] * w[k] * x[l] * w[l]] for k in range(n_in) for l in range(n_in))",
    "E[max(z, 0)**2] = E[max(-z, 0)**2]\nE[z**2] = 2 * E[relu(z)**2]",
    "E[relu(z)**2] = n_in * var_w * q / 2\nn_in * var_w / 2 = 1\nvar_w = 1 / (n_in / 2)",
]
RIGHT["week5.xavier_variance"] = [
    "Var(z) = n_in * Var(w[0]) * q\nn_in * var_fwd = 1",
    "E[dx**2] = sum(E[v[j]**2] * E[dz[j]**2] for j in range(n_out))\nE[dx**2] / u = n_out * var_w",
    "1 / var_xavier = (n_in + n_out) / 2",
    "var_xavier = 2 / (1 / var_fwd + 1 / var_bwd)\nvar_xavier = 1 / ((n_in + n_out) / 2)",
]

FALSE["week6.edge"] = [
    ("missing factor", "g[t] = lam"),
    ("not a slope", "g[t] = lam * w[t]**2 / 2"),
    ("sign", "w[t + 1] = (1 + eta * lam) * w[t]"),
    ("missing factor", "w[t + 1] = (1 - eta) * w[t]"),
    ("power", "w[t] = (1 - eta * lam) * w[0] * t"),
    ("power", "w[t] = (1 - eta * lam)**(t + 1) * w[0]"),
    ("half the edge", "eta * lam < 1"),
    ("one side only", "1 - eta * lam < 1"),
    ("half the edge", "eta_max = 1 / lam"),
    ("reciprocal", "eta_max = lam / 2"),
]
RIGHT["week6.edge"] = [
    "g[s] = w[s] * lam",
    "w[t + 1] = w[t] - eta * lam * w[t] = w[t] * (1 - eta * lam)",
    "w[t] = w[t - 1] - eta * g[t - 1]",
    "r = 1 - eta * lam\nw[t] = r**t * w[0]",
    "w[t] / w[0] = (1 - lam * eta)**t",
    "-1 < 1 - eta * lam < 1",
    "0 < eta * lam < 2",
    "(1 - eta * lam)**2 < 1",
    "abs(1 - eta * lam) < 1\neta_max * lam = 2",
    "0 < eta < 2 / lam\n1 - eta_max * lam = -1",
]

FALSE["week6.momentum_sum"] = [
    ("wrong index", "v[2] = g[1] + beta * g[2]"),
    ("missing factor", "v[2] = g[1] + g[2]"),
    ("convention", "v[1] = (1 - beta) * g[1]"),
    ("wrong range", "v[t] = sum(beta**(t - s) * g[s] for s in range(1, t))"),
    ("wrong index", "v[t] = sum(beta**s * g[s] for s in range(1, t + 1))"),
    ("convention", "v[t] = (1 - beta) * sum(beta**(t - s) * g[s] for s in range(1, t + 1))"),
    ("power", "total = (1 - beta**(t + 1)) / (1 - beta)"),
    ("sign", "total = (1 - beta**t) / (1 + beta)"),
    ("inverted", "v_inf = g_inf * (1 - beta)"),
    ("missing factor", "v_inf = g_inf"),
]
RIGHT["week6.momentum_sum"] = [
    "v[1] = beta * 0 + g[1]",
    "v[2] = beta * v[1] + g[2] = g[2] + beta * g[1]",
    "v[t] = sum(beta**k * g[t - k] for k in range(t))",
    "v[t] = g[t] + beta * v[t - 1]",
    "v[t] = g[t] + sum(beta**(t - s) * g[s] for s in range(1, t))",
    "total = sum(beta**k for k in range(t))",
    "total = 1 + beta * sum(beta**k for k in range(t - 1))\nbeta * total = total - 1 + beta**t",
    "(1 - beta) * total = 1 - beta**t\ntotal = (beta**t - 1) / (beta - 1)",
    "v_inf = beta * v_inf + g_inf\nv_inf * (1 - beta) = g_inf",
    "v[n] = sum(g[k] * beta**(n - k) for k in range(1, n + 1))",
]

FALSE["week6.bias_correction"] = [
    ("missing factor", "m[t] = sum(beta**(t - s) * g[s] for s in range(1, t + 1))"),
    ("wrong index", "m[t] = (1 - beta) * sum(beta**s * g[s] for s in range(1, t + 1))"),
    ("wrong range", "m[t] = (1 - beta) * sum(beta**(t - s) * g[s] for s in range(1, t))"),
    ("power", "E[m[t]] = (1 - beta) * mu"),
    ("bias forgotten", "E[m[t]] = mu"),
    ("inverted", "m_hat = m[t] * (1 - beta**t)"),
    ("power", "m_hat = m[t] / (1 - beta)"),
    ("power", "sum(beta**(t - s) for s in range(1, t + 1)) = (1 - beta**(t + 1)) / (1 - beta)"),
    ("missing factor", "sum(beta**(t - s) for s in range(1, t + 1)) = 1 - beta**t"),
    ("sign", "m_hat = m[t] / (1 + beta**t)"),
]
RIGHT["week6.bias_correction"] = [
    "m[1] = (1 - beta) * g[1]\nm[2] = beta * (1 - beta) * g[1] + (1 - beta) * g[2]",
    "m[t] = sum((1 - beta) * beta**k * g[t - k] for k in range(t))",
    "m[t] = beta * m[t - 1] + g[t] - beta * g[t]",
    "E[m[t]] = beta * E[m[t - 1]] + (1 - beta) * mu",
    "E[m[t]] = sum((1 - beta) * beta**(t - k) * E[g[k]] for k in range(1, t + 1))",
    "S = sum(beta**k for k in range(t))\nbeta * S = S - 1 + beta**t\n(1 - beta) * S = 1 - beta**t",
    "E[m[t]] = mu - beta**t * mu",
    "E[m[t]] / mu = 1 - beta**t\nm_hat = m[t] / (1 - beta**t)",
    "E[m_hat] = mu\nE[m_hat] = E[m[t]] / (1 - beta**t)",
    "m_hat * (1 - beta**t) = m[t]\nm_hat = sum(beta**(t - s) * g[s] for s in range(1, t + 1)) / sum(beta**(t - s) for s in range(1, t + 1))",
]

FALSE["week7.batch_norm_dX"] = [
    ("treated as constant", "dx[i] = gamma * s * da[i]"),
    ("one path", "dc[i] = s * dxhat[i]"),
    ("not summed", "ds = c[i] * dxhat[i]"),
    ("sign", "dv = s**3 * ds / 2"),
    ("power", "dv = -s**2 * ds / 2"),
    ("missing factor", "dc[i] = s * dxhat[i] + c[i] * dv / m"),
    ("sign", "dmu = sum(dc[i] for i in range(m))"),
    ("missing 1/m", "dx[i] = dc[i] + dmu"),
    ("wrong quantity", "dgamma = sum(da[i] * x[i] for i in range(m))"),
    ("missing 1/m", "dx = gamma * s * (da - dbeta - xhat * dgamma)"),
]
RIGHT["week7.batch_norm_dX"] = [
    "dgamma = da @ xhat\ndbeta = da.sum()",
    "dbeta = m * mean(da)\ndgamma = m * (da * xhat).mean()",
    "dxhat = gamma * da\nds = (c * dxhat).sum()",
    "dv = -(v + eps)**(-3/2) * ds / 2",
    "dc = s * dxhat + 2 / m * c * dv\ndmu = -dc.sum()\ndx = dc + dmu / m",
    "dc[e] = s * (dxhat[e] - xhat[e] * mean(xhat[j] * dxhat[j] for j in range(m)))",
    "dx = dc - mean(dc)",
    "dx = s * (dxhat - dxhat.mean() - xhat * (xhat * dxhat).mean())",
    "dx = gamma * s / m * (m * da - dbeta - xhat * dgamma)",
    "dx = gamma * s * (eye(m) - ones((m, m)) / m - outer(xhat, xhat) / m) @ da",
]

FALSE["week7.dropout_moments"] = [
    ("wrong probability", "E[M] = r / (1 - r)"),
    ("scale forgotten", "E[M] = 1 - r"),
    ("wrong probability", "E[a] = r * x"),
    ("scale forgotten", "E[a] = (1 - r) * x"),
    ("power", "E[a**2] = x**2"),
    ("power", "E[a**2] = x**2 / (1 - r)**2"),
    ("sign", "Var(a) = E[a**2] + E[a]**2"),
    ("mean not squared", "Var(a) = E[a**2] - E[a]"),
    ("scale forgotten", "Var(a) = r * (1 - r) * x**2"),
    ("inverted", "Var(a) = (1 - r) / r * x**2"),
]
RIGHT["week7.dropout_moments"] = [
    "E[M] = r * 0 + (1 - r) / (1 - r) = 1",
    "E[a] = x * E[M]\nE[a] = x",
    "E[M**2] = (1 - r) / (1 - r)**2 = 1 / (1 - r)",
    "E[a**2] = x**2 * E[M**2]",
    "Var(M) = 1 / (1 - r) - 1\nVar(a) = x**2 * Var(M)",
    "Var(a) = r * (0 - x)**2 + (1 - r) * (x / (1 - r) - x)**2",
    "Var(a) = E[(a - x)**2] = E[(a - E[a])**2]",
    "Var(a) = x**2 / (1 - r) - x**2 = (1 / (1 - r) - 1) * x**2",
    "Var(a) / x**2 = r / (1 - r)",
    "keep = 1 - r\nVar(a) = (1 - keep) / keep * x**2",
]

FALSE["week7.l2_shrinkage"] = [
    ("factor two", "dJ = dW + 2 * lam * W"),
    ("factor two", "dJ[j, k] = dW[j, k] + lam / 2 * W[j, k]"),
    ("power", "dJ = dW + lam * W**2"),
    ("lost term", "dJ = lam * W"),
    ("sign", "dJ = dW - lam * W"),
    ("sign", "W_new = (1 + eta * lam) * W - eta * dW"),
    ("missing factor", "W_new = (1 - lam) * W - eta * dW"),
    ("sign", "W_new = W + eta * dJ"),
    ("missing factor", "W_new = W - eta * dW + lam * W"),
    ("power", "w[t] = (1 - t * eta * lam) * w[0]"),
]
RIGHT["week7.l2_shrinkage"] = [
    "J = L + lam / 2 * (W**2).sum()",
    "J - L = lam * sum(W[a, b]**2 for a in range(n_in) for b in range(n_out)) / 2",
    "dJ[a, b] = W[a, b] * lam + dW[a, b]",
    "dJ - dW = lam * W",
    "W_new = W - eta * dJ = W - eta * dW - eta * lam * W",
    "W_new = W * (1 - lam * eta) - eta * dW",
    "W_new - W = -eta * (lam * W + dW)",
    "shrink = 1 - eta * lam\nW_new = shrink * W - eta * dW\nw[t] = shrink**t * w[0]",
    "w[t + 1] = w[t] - eta * lam * w[t]\nw[1] = (1 - eta * lam) * w[0]",
    "w[t] = exp(t * log(1 - eta * lam)) * w[0]",
]
