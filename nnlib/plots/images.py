"""Rows of numbers as small images: digits, and the weights of units that look at them."""

import math

import numpy as np

from .style import SIGNED, TICK, panels
from .words import as_list, number, percent, plural

MOST = 100


def image_grid(images, titles=None, shape=None, ncols=None):
    """Draw each row of ``images`` (m, pixels), or each of (m, height, width), as an image. Returns an array of axes.

    titles  one for each image.
    shape   (height, width) of rows that are not square.

    All share one scale: 0 is white and the largest number black. If some are negative, as in
    ``net.layers[0].W.T``, 0 is white, positive orange, negative blue. ValueError if the rows do not make such images.
    """
    images, titles = as_images(images, shape), as_titles(titles)
    if titles is not None and len(titles) != len(images):
        raise ValueError(f"{len(images)} images need as many titles, got {len(titles)}: leave titles out, or give one each")
    ncols = 10 if ncols is None else ncols
    height, width = images.shape[1:]
    axes = panels(len(images), ncols, (0.84 * min(2, max(0.5, width / height)), 0.84 + (0.25 if titles is not None else 0)))
    low, high, colours = scale(images)
    for i, (ax, image) in enumerate(zip(axes, images)):
        drawn = ax.imshow(image, cmap=colours, vmin=low, vmax=high)
        ax.set(xticks=[], yticks=[])
        if titles is not None:
            ax.set_title(titles[i], fontsize=TICK)
    if low < 0:
        bar = axes[0].figure.colorbar(drawn, ax=list(axes), shrink=0.9)
        bar.ax.tick_params(labelsize=TICK)
    return axes


def describe_image_grid(images, titles=None, shape=None):
    """``image_grid`` in one line: how many, their size, the range and mean of their numbers; titles, if there are a
    few."""
    images, titles = as_images(images, shape), as_titles(titles)
    height, width = images.shape[1:]
    words = f"{plural(len(images), 'image')} of {height} x {width}, values {number(images.min())} to {number(images.max())}, mean {number(images.mean())}"
    if images.min() < 0:
        words += f", {percent(np.mean(images < 0))} negative"
    return words + (
        f"; titles: {', '.join(' '.join(str(title).split()) for title in titles)}" if titles is not None and len(titles) <= 20 else ""
    )


def as_titles(titles):
    return None if titles is None else as_list(titles, "titles", "titles=['3', '5'], one for each image")


def as_images(images, shape):
    """An array (m, height, width), or a ValueError that names what does not fit."""
    images = np.asarray(images)
    if images.dtype.kind not in "biuf" or images.ndim not in (2, 3) or images.size == 0:
        raise ValueError(
            f"images must be numbers of shape (m, pixels) or (m, height, width), got {images.dtype} of shape {images.shape}: "
            "one image is X[:1], and weights W (n_in, n_out) go in as W.T"
        )
    if images.ndim == 2:
        pixels = images.shape[1]
        side = math.isqrt(pixels)
        shape = (side, side) if shape is None else tuple(as_list(shape, "shape", "shape=(height, width)"))
        if len(shape) != 2 or not all(isinstance(size, (int, np.integer)) for size in shape) or shape[0] * shape[1] != pixels:
            hint = f"{pixels} pixels do not make a square" if shape == (side, side) else f"{pixels} pixels do not fill shape {shape}"
            raise ValueError(f"{hint}: write shape=(height, width) with height * width = {pixels}")
        images = images.reshape(len(images), *shape)
    if len(images) > MOST:
        raise ValueError(f"{len(images)} images are too many to be seen: choose up to {MOST}, such as X[:40]")
    if not np.isfinite(images).all():
        raise ValueError("the images hold NaN or infinity")
    return images.astype(float)


def scale(images):
    """Smallest and largest number on the colour scale, and the colours."""
    if images.min() < 0:
        most = np.abs(images).max()
        return -most, most, SIGNED
    return 0.0, images.max() or 1.0, "gray_r"
