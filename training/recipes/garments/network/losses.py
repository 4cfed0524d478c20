"""What the garment network is trained by: kind, colour, tones, attention, and the look."""

from typing import Any

from keras import ops

_FAR = -1e9


def of_allowed(logits: Any, allowed: Any) -> Any:
    """Return minus the logarithm of the summed probability of what a label allows.

    `logits` and `allowed` (0 or 1) are `(n, labels)`; rows that allow nothing are of no label and
    count for nothing. The mean is over the others.
    """
    known = ops.any(allowed > 0, axis=1)
    within = ops.logsumexp(ops.where(allowed > 0, logits, _FAR), axis=1)
    lost = ops.where(known, ops.logsumexp(logits, axis=1) - within, 0.0)
    return ops.sum(lost) / ops.maximum(ops.sum(ops.cast(known, lost.dtype)), 1.0)


def of_smoothed(logits: Any, allowed: Any, smoothing: float) -> Any:
    """Return `of_allowed`, a part of it asked of all labels alike: `smoothing`, 0 to 1.

    Szegedy et al., https://arxiv.org/abs/1512.00567.
    """
    evenly = ops.logsumexp(logits, axis=1) - ops.mean(logits, axis=1)
    known = ops.cast(ops.any(allowed > 0, axis=1), evenly.dtype)
    even = ops.sum(known * evenly) / ops.maximum(ops.sum(known), 1.0)
    return (1 - smoothing) * of_allowed(logits, allowed) + smoothing * even


def of_shares(logits: Any, shares: Any) -> Any:
    """Return the cross-entropy of shares `(n, tones)`; rows of zeros count for nothing."""
    known = ops.sum(shares, axis=1) > 0
    logarithms = logits - ops.logsumexp(logits, axis=1, keepdims=True)
    lost = ops.where(known, -ops.sum(shares * logarithms, axis=1), 0.0)
    return ops.sum(lost) / ops.maximum(ops.sum(ops.cast(known, lost.dtype)), 1.0)


def of_attention(attention: Any, cover: Any, counted: Any) -> Any:
    """Return the cross-entropy of an attention `(n, h, w)` and a cover, where it is counted."""
    kept = ops.clip(attention, 1e-4, 1 - 1e-4)
    lost = -(cover * ops.log(kept) + (1 - cover) * ops.log(1 - kept))
    return ops.sum(lost * counted) / ops.maximum(ops.sum(counted), 1.0)


def of_shared_colour(look: Any, colours: Any, temperature: float) -> Any:
    """Return the supervised contrast of colours: those that share a name are to lie together.

    Khosla et al., https://arxiv.org/abs/2004.11362. `look` is `(n, dim)`, of unit length, `colours`
    `(n, names)`, 0 or 1; rows of no name are neither asked about nor compared with.
    """
    count = ops.shape(look)[0]
    known = ops.cast(ops.any(colours > 0, axis=1), look.dtype)
    other = 1.0 - ops.eye(count, dtype=look.dtype)
    same = ops.cast(ops.matmul(colours, ops.transpose(colours)) > 0, look.dtype) * other
    cosines = ops.matmul(look, ops.transpose(look)) / temperature
    among = cosines + _FAR * (1.0 - other * known[None, :])
    logarithms = cosines - ops.logsumexp(among, axis=1, keepdims=True)
    partners = ops.sum(same, axis=1)
    lost = -ops.sum(same * logarithms, axis=1) / ops.maximum(partners, 1.0)
    counted = ops.cast(partners > 0, look.dtype)
    return ops.sum(lost * counted) / ops.maximum(ops.sum(counted), 1.0)


def of_look(look: Any, temperature: float) -> Any:
    """Return InfoNCE: row `i` and row `i + n / 2` are two views of one garment, all others not.

    van den Oord et al., https://arxiv.org/abs/1807.03748; in this form Chen et al.,
    https://arxiv.org/abs/2002.05709. `look` is `(n, dim)`, of unit length.
    """
    count = ops.shape(look)[0]
    cosines = ops.matmul(look, ops.transpose(look)) / temperature
    cosines = cosines + _FAR * ops.eye(count, dtype=cosines.dtype)
    half = count // 2
    turned = ops.concatenate([look[half:], look[:half]], axis=0)
    right = ops.sum(look * turned, axis=1) / temperature
    return ops.mean(ops.logsumexp(cosines, axis=1) - right)
