"""The playground's run as text: the lines of nnlib that repeat it, one example followed through it, and its gradient
check."""

import copy

import numpy as np

from ...gradient_check import GradientError, check_network
from ...layers import Dense
from ..frame.pictures import quiet
from .data import ACTIVATIONS, FEATURES, INITS, REGRESSION, SHOWN, raw_points


def check_gradients(session):
    """The backward pass against finite differences, on at most 8 examples, as a sentence for the panel."""
    net, few = copy.deepcopy(session.net), slice(0, 8)
    try:
        errors = check_network(net, session.X[few], session.targets(session.y[few]))
    except GradientError as error:
        return f"Gradient check failed: {error}"
    worst = max(errors, key=errors.get)
    return (
        f"Gradient check passed: backpropagation and finite differences agree in all {net.theta.size} parameters, over {len(session.X[few])} examples. "
        f"Largest relative error {errors[worst]:.0e}, in layer {worst}."
    )


def trace(session, i=0):
    """Forward and backward numbers of training example i as text: what goes into each layer, and what comes back."""
    net = copy.deepcopy(session.net)
    i = int(i) % len(session.X)
    X, Y = net._check_Xy(session.X[i : i + 1], session.targets(session.y[i : i + 1]))

    def numbers(row):
        return "[" + ", ".join(f"{value:.4g}" for value in np.ravel(row)) + "]"

    lines = [f"Example {i}: {', '.join(SHOWN[name] for name in session.names)} = {numbers(X)}, target {numbers(Y)}", "", "forward"]
    A = X
    with quiet():
        for k, layer in enumerate(net.layers):
            A = net._forward(A, False, k, k + 1)
            lines.append(f"  layer {k:2d}  {layer!r:34.34s} gives {numbers(A)}")
        loss = net.loss.value(A, Y)
        lines.append(f"  loss      {net.loss!r:34.34s} gives {float(loss):.6g}")
        lines += ["", "backward (dL/d of what the layer gave; for Dense also the length of dW)"]
        dA = net.loss.backward()
        for k in range(len(net.layers) - 1, -1, -1):
            layer, given = net.layers[k], dA
            dA = layer.backward(dA)
            extra = f"   |dW| = {np.linalg.norm(layer.dW):.4g}" if isinstance(layer, Dense) else ""
            lines.append(f"  layer {k:2d}  {layer!r:34.34s} gets  {numbers(given)}{extra}")
    return "\n".join(lines)


def dense_lines(session, init):
    """The layers of a network with different activations, a line of code for each block."""
    norm, drop = session.settings.batch_norm, session.settings.dropout
    for n_in, n_out, name in zip(session.sizes, session.hidden, session.activations):
        block = [
            f"Dense({n_in}, {n_out}, init={init})",
            *[f"BatchNorm({n_out})"] * norm,
            f"{ACTIVATIONS[name]}()",
            *[f"Dropout({drop!r})"] * bool(drop),
        ]
        yield f"    {', '.join(block)},"
    last = f"Dense({session.sizes[-2]}, {session.sizes[-1]}, init={init})"
    yield f"    {last}, {session.output.__name__}()," if session.output else f"    {last},"


def code(session):
    """Lines of nnlib that make the same run and print its losses, training and test."""
    settings = session.settings
    if session.problem:
        return f"# {session.problem}\n"
    made, init, rate = raw_points(settings)[2], INITS[settings.init], repr(session.rate(session.changes[0][1]))
    kinds, mixed = {ACTIVATIONS[name] for name in session.activations}, len(set(session.activations)) > 1
    partial = session.steps_in_epoch and not session.stopped
    own = sorted(kinds & {"Swish", "Sine"}) + [settings.data.split()[0]] * (settings.data in REGRESSION)
    names = {*kinds - set(own), settings.optimizer, session.loss_class.__name__, init.split("(")[0], "fit"}
    names |= ({"Dense", "Network", *["BatchNorm"] * settings.batch_norm, *["Dropout"] * bool(settings.dropout)}) if mixed else {"mlp"}
    names |= {"datasets"} if "datasets." in made else set()
    names |= {"train_test_split"} if session.split else set()
    names |= {rate.split("(")[0]} if "(" in rate else set()
    names |= {session.output.__name__} if session.output else set()
    names |= {"TrainingDiverged"} if session.stopped else set()
    lines = ["import itertools\n"] if partial else []
    lines += ["import numpy as np\n"]
    lines.append(f"from nnlib import {', '.join(sorted(names, key=lambda name: (not name.isupper(), not name[0].isupper(), name)))}")
    if own:
        lines.append(f"from nnlib.experiments.playground import {', '.join(own)}")
    if partial:
        lines.append("from nnlib.training import minibatches")
    lines += ["", made, "x1, x2 = X.T", f"X = np.column_stack([{', '.join(FEATURES[name] for name in session.names)}])"]
    if session.output:
        lines.append(f"y = np.eye({session.classes})[y]" + "[:, 1:]" * (session.classes == 2))
    if session.split:
        lines.append(f"X, X_test, y, y_test = train_test_split(X, y, test_size={1 - settings.share / 100!r}, rng={settings.seed})")
    l1, l2 = (float(value) for value in session.changes[0][2:])
    common = f", l1={l1!r}" * bool(l1) + f", l2={l2!r}" * bool(l2) + f", rng={settings.seed}"
    if mixed:
        lines += ["layers = [", *dense_lines(session, init), "]", f"net = Network(layers, {session.loss_class.__name__}(){common})"]
    else:
        kind = f"activation={kinds.pop()}, " if kinds else ""
        about = f"{kind}init={init}, loss={session.loss_class.__name__}()"
        about += f", output={session.output.__name__}" if session.output else ""
        about += f", batch_norm={settings.batch_norm}" * settings.batch_norm + f", dropout={settings.dropout!r}" * bool(settings.dropout)
        lines.append(f"net = mlp({session.sizes}, {about}{common})")
    lines += [f"optimizer = {settings.optimizer}(lr={rate})", f"rng = np.random.default_rng({settings.seed})"]

    events = []  # (epoch, lines): what was changed by hand while it trained
    for before, (at, lr, l1, l2) in zip(session.changes, session.changes[1:]):
        moved = [f"net._l1[...], net._l2[...] = {float(l1)!r}, {float(l2)!r}"] if (l1, l2) != before[2:] else []
        events.append((at, [f"optimizer.lr = {session.rate(lr)!r}", *moved]))
    for at, layer, row, column, value in session.edits:
        where = f"W[{row - 1}, {column - 1}]" if row else f"b[0, {column - 1}]"
        events.append((at, [f"net.layers[{session.net.layers.index(session.dense[layer - 1])}].{where} = {value!r}"]))
    end, at = session.epoch + bool(session.stopped), 0
    for until, then in [*sorted(events, key=lambda event: event[0]), (end, [])]:
        if until > at:
            call = f"fit(net, X, y, optimizer, epochs={until - at}, batch_size={session.batch}, rng=rng, progress=False)"
            last = session.stopped and until == end
            lines += ["try:", f"    {call}", "except TrainingDiverged as stop:", "    print(stop)"] if last else [call]
        lines, at = lines + then, until
    if partial:
        lines.append(f"# paused within an epoch, after {session.steps_in_epoch} of its {session.per_epoch} steps")
        lines.append(f"for Xb, Yb in itertools.islice(minibatches(X, y, {session.batch}, rng), {session.steps_in_epoch}):")
        lines += ["    net.loss_and_gradient(Xb, Yb)", "    optimizer.step(net.theta, net.grad)"]
    lines.append("print(net.loss_value(X, y), net.loss_value(X_test, y_test))" if session.split else "print(net.loss_value(X, y))")
    return "\n".join(lines) + "\n"
