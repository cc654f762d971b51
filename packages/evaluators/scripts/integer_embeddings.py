"""Embeddings that no rounding entered: integers times powers of two, which test/integer-embeddings.ts makes too, the same to the
last bit, so that fixtures need not hold them."""

import numpy

CENTRES, LABELS, HIDDEN, MIXING, NOISE, OFFSETS, EXPONENTS = range(1, 8)


def hashed(stream, count):
    """32-bit integers that look random: the numbers from a stream's start, mixed (Wellons' lowbias32)."""

    def mix(x):
        x = x ^ (x >> numpy.uint32(16))
        x = x * numpy.uint32(0x7FEB352D)
        x = x ^ (x >> numpy.uint32(15))
        x = x * numpy.uint32(0x846CA68B)
        return x ^ (x >> numpy.uint32(16))

    return mix(mix(numpy.array([stream], dtype="uint32")) + numpy.arange(count, dtype="uint32"))


def bell(stream, *shape):
    """Integers from -510 to 510, nearly normal with standard deviation 148: the sum of four bytes."""
    words = hashed(stream, int(numpy.prod(shape))).astype("int64")
    return (sum((words >> shift) & 255 for shift in (0, 8, 16, 24)) - 510).reshape(shape)


def embeddings(count, size, classes, factors, spread, noise):
    """Rows [count, size] and their labels [count]."""
    labels = hashed(LABELS, count).astype("int64") % classes
    hidden = bell(HIDDEN, count, factors) + (bell(CENTRES, classes, factors) * spread // 4)[labels]
    x = hidden @ (bell(MIXING, factors, size) // 32) + noise * bell(NOISE, count, size) + 16 * bell(OFFSETS, size)
    exponents = hashed(EXPONENTS, size).astype("int64") % 7 - 16
    x = x * 2.0**exponents
    assert (x == x.astype("float32")).all()
    return x, labels
