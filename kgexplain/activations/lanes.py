"""Many values compared at once, with a processor's widest operations: few of them are above their bounds."""

from inspect import unwrap
from typing import Any

import numpy as np
from llvmlite import ir  # type: ignore[import-untyped]
from numba import types
from numba.extending import intrinsic

from kgexplain.activations.compiled import compiled

WORD = 64
"""How many values are compared at once: as many as a number has bits."""

# A row of filters that is no multiple of WORD ends with pieces of so many.
_PIECE = 16


def _comparing(lanes: int) -> Any:
    """Which of so many values are above their bounds, from a place on, as bits of one number; all of them are there."""

    def compare(_typing: Any, values: Any, bounds: Any, at: Any) -> tuple[Any, Any]:
        def code(context: Any, builder: Any, signature: Any, given: Any) -> Any:
            vector = ir.VectorType(ir.FloatType(), lanes).as_pointer()
            loaded = []
            for kind, array in zip(signature.args[:2], given[:2], strict=True):
                begin = builder.gep(context.make_array(kind)(context, builder, array).data, [given[2]])
                loaded.append(builder.load(builder.bitcast(begin, vector), align=4))
            bits = builder.bitcast(builder.fcmp_ordered(">", *loaded), ir.IntType(lanes))
            return bits if lanes == WORD else builder.zext(bits, ir.IntType(WORD))

        return types.uint64(values, bounds, at), code

    return intrinsic(unwrap(compare))


def _first(_typing: Any, bits: Any) -> tuple[Any, Any]:
    """Place of the lowest bit that is 1, of a number that has one."""

    def code(_context: Any, builder: Any, _signature: Any, given: Any) -> Any:
        return builder.cttz(given[0], ir.Constant(ir.IntType(1), 1))

    return types.int64(types.uint64), code


lowest: Any = intrinsic(unwrap(_first))
_word, _piece = _comparing(WORD), _comparing(_PIECE)


@compiled
def above(values: np.ndarray, bounds: np.ndarray, at: int) -> Any:
    """Bits of the next WORD values, or of those that are left: 1 where a value is above its bound. No NaN is.

    >>> bin(above(np.array([3, 1, 2, 5], np.float32), np.array([2, 2, 2, 2], np.float32), 0))
    '0b1001'
    """
    left = len(values) - at
    if left >= WORD:
        return _word(values, bounds, at)
    bits, done = np.uint64(0), 0
    while left - done >= _PIECE:
        bits |= _piece(values, bounds, at + done) << np.uint64(done)
        done += _PIECE
    for i in range(done, left):
        if values[at + i] > bounds[at + i]:
            bits |= np.uint64(1) << np.uint64(i)
    return bits
