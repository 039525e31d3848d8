"""How deep the stack of a function can get, whatever it is given, read from its machine code.

Every function is charged with all that any of its instructions takes from the stack pointer, and
with the deepest function that it calls or jumps to. What would make that wrong ends the program:
recursion, a call through a register, a frame of run-time size. For Thumb code of ARMv6-M and
ARMv7-M (ARM DDI 0403E, chapter A7).
"""

import bisect
import functools
import re
import struct


class Unbounded(Exception):
    """A stack of which no bound can be read from the code."""


SP, LR, FRAME_POINTER = 13, 14, 7


def signed(value, bits):
    return value - (1 << bits) if value >> (bits - 1) else value


def expanded(i, imm3, imm8):
    """The modified immediate constant of a 32-bit instruction."""
    control = i << 3 | imm3
    if control < 4:
        return imm8 * (0x1, 0x00010001, 0x01000100, 0x01010101)[control]
    shift = control << 1 | imm8 >> 7
    return (0x80 | imm8 & 0x7F) << (32 - shift)


class Code:
    """The functions of an image."""

    def __init__(self, elf):
        self.elf = elf
        functions, marks, sizes = {}, [], {}
        for name, value, size, function in elf.symbols():
            if function:
                functions.setdefault(value, name)
                sizes[value] = max(size, sizes.get(value, 0))
            elif name.partition(".")[0] in ("$t", "$d"):
                marks.append((value, name[1]))
        self.starts = sorted(functions)
        self.names = functions
        self.sizes = sizes
        self.marks = sorted(marks)

    def function_at(self, address):
        return self.starts[bisect.bisect_right(self.starts, address) - 1]

    def end(self, start):
        """Behind the last instruction; between functions there may be anything."""
        if self.sizes[start]:
            return start + self.sizes[start]
        after = bisect.bisect_right(self.starts, start)
        return self.starts[after] if after < len(self.starts) else self.elf.end_of_code()

    def word(self, address):
        return struct.unpack_from("<I", self.elf.data, self.elf.offset(address))[0]

    def half(self, address):
        return struct.unpack_from("<H", self.elf.data, self.elf.offset(address))[0]

    def is_data(self, address):
        mark = bisect.bisect_right(self.marks, (address, "~")) - 1
        return mark >= 0 and self.marks[mark][1] == "d"

    def instructions(self, start):
        """(address, first half, second half or None)."""
        at, end = start, self.end(start)
        while at < end:
            first = self.half(at)
            if self.is_data(at):
                at += 2
            elif first >> 11 in (0b11101, 0b11110, 0b11111):
                yield at, first, self.half(at + 2)
                at += 4
            else:
                yield at, first, None
                at += 2

    def read(self, start):
        """The bytes that a function takes, and where it calls and jumps to."""
        taken, targets, constants = 0, set(), {}
        for at, first, second in self.instructions(start):
            if second is None:
                if first & 0xF800 == 0x4800:  # LDR Rt, [PC, #imm8]
                    place = (at + 4 & ~3) + 4 * (first & 0xFF)
                    constants[first >> 8 & 7] = signed(self.word(place), 32)
                taken += taken_by_short(first, constants)
                targets.add(target_of_short(at, first))
            else:
                taken += taken_by_long(first, second)
                targets.add(target_of_long(at, first, second))
        inside = range(start, self.end(start))
        return taken, {t for t in targets if t is not None and (t not in inside or t == start)}

    def deepest(self, pattern):
        """The bytes of the deepest stack of the one function whose name matches a pattern, and
        the functions that make it."""
        (start,) = (start for start, name in self.names.items() if re.search(pattern, name))
        return self._deepest(start, ())

    @functools.lru_cache(maxsize=None)
    def _known(self, start):
        return self.read(start)

    def _deepest(self, start, callers):
        if start in callers:
            raise Unbounded(f"{self.names[start]} calls itself")
        try:
            taken, targets = self._known(start)
        except Unbounded as why:
            raise Unbounded(f"{self.names[start]}: {why}") from None
        below = [
            self._deepest(self.function_at(target), (*callers, start)) for target in targets
        ]
        depth, path = max(below, default=(0, ()))
        return taken + depth, (self.names[start], *path)


def taken_by_short(first, constants):
    if first & 0xFE00 == 0xB400:  # PUSH
        return 4 * (first & 0x1FF).bit_count()
    if first & 0xFF80 == 0xB080:  # SUB SP, #imm7
        return 4 * (first & 0x7F)
    if first & 0xFF87 == 0x4485:  # ADD SP, Rm
        constant = constants.get(first >> 3 & 15)
        if constant is None:
            raise Unbounded("a frame of run-time size")
        return max(-constant, 0)
    if first & 0xFF87 == 0x4685 and first >> 3 & 15 != FRAME_POINTER:  # MOV SP, Rm
        raise Unbounded("a stack pointer from a register")
    return 0


def taken_by_long(first, second):
    if first == 0xE92D:  # STMDB SP!
        return 4 * second.bit_count()
    if first in (0xF1AD, 0xF5AD) and second & 0x8F00 == 0x0D00:  # SUB.W SP, SP, #const
        return expanded(first >> 10 & 1, second >> 12, second & 0xFF)
    if first in (0xF2AD, 0xF6AD) and second & 0x8F00 == 0x0D00:  # SUBW SP, SP, #imm12
        return (first >> 10 & 1) << 11 | (second >> 12) << 8 | second & 0xFF
    if first & 0xFFBF == 0xED2D and second & 0x0E00 == 0x0A00:  # VPUSH
        return 4 * (second & 0xFF)
    if first == 0xF84D and second & 0x0F00 == 0x0D00:  # STR Rt, [SP, #-imm8]!
        return second & 0xFF
    if first == 0xE96D:  # STRD Rt, Rt2, [SP, #-imm8]!
        return 4 * (second & 0xFF)
    if first & 0xFFEF == 0xEBAD and second & 0x0F00 == 0x0D00:  # SUB.W SP, SP, Rm
        raise Unbounded("a frame of run-time size")
    return 0


def target_of_short(at, first):
    if first & 0xF800 == 0xE000:  # B
        return at + 4 + 2 * signed(first & 0x7FF, 11)
    if first & 0xF000 == 0xD000 and first >> 8 & 15 < 14:  # B<c>
        return at + 4 + 2 * signed(first & 0xFF, 8)
    if first & 0xFF87 == 0x4780 or first & 0xFF87 == 0x4700 and first >> 3 & 15 != LR:
        raise Unbounded("a call through a register")  # BLX Rm, BX Rm
    return None


def target_of_long(at, first, second):
    if first & 0xF800 != 0xF000 or not second & 0x8000:
        return None
    s, j1, j2 = first >> 10 & 1, second >> 13 & 1, second >> 11 & 1
    if second & 0x1000:  # BL, B.W
        high = s << 23 | (1 - (j1 ^ s)) << 22 | (1 - (j2 ^ s)) << 21 | (first & 0x3FF) << 11
        return at + 4 + 2 * signed(high | second & 0x7FF, 24)
    if first >> 7 & 7 != 7:  # B<c>.W
        high = s << 19 | j2 << 18 | j1 << 17 | (first & 0x3F) << 11
        return at + 4 + 2 * signed(high | second & 0x7FF, 20)
    return None
