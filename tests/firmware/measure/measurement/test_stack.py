"""Run by `python3 -m unittest` in the folder above."""

import struct
import unittest

from .stack import Code, Unbounded

PUSH_R4_LR = 0xB510  # 8 bytes
SUB_SP_16 = 0xB084
BL_4_AHEAD = 0xF000, 0xF802
BL_BACK_TO_ITSELF = 0xF7FF, 0xFFFE
PUSH_R4_TO_R11_LR = 0xE92D, 0x4FF0  # 36 bytes
VPUSH_D8_D9 = 0xED2D, 0x8B04  # 16 bytes
SUB_SP_512 = 0xF5AD, 0x7D00
LDR_R6_NEXT = 0x4E00  # the word at the next multiple of four
ADD_SP_R6 = 0x44B5
BLX_R3 = 0x4798
RETURN = 0x4770


class Image:
    """Functions one behind the other, from address 0."""

    def __init__(self, *functions):
        self.functions, self.data = [], b""
        for i, halves in enumerate(functions):
            self.functions.append((f"f{i}", len(self.data), 2 * len(halves), True))
            self.data += struct.pack(f"<{len(halves)}H", *halves)

    def symbols(self):
        return self.functions

    def offset(self, address):
        return address

    def end_of_code(self):
        return len(self.data)

    def deepest(self):
        return Code(self).deepest("f0")[0]


class Stack(unittest.TestCase):
    def test_a_function_needs_its_frame_and_that_of_what_it_calls(self):
        caller = PUSH_R4_LR, SUB_SP_16, *BL_4_AHEAD, SUB_SP_16 - 0x80, RETURN
        called = *PUSH_R4_TO_R11_LR, *VPUSH_D8_D9, *SUB_SP_512, RETURN
        self.assertEqual(Image(caller, called).deepest(), 8 + 16 + 36 + 16 + 512)

    def test_a_large_frame_of_armv6_m_comes_from_a_literal(self):
        minus_1000 = struct.unpack("<2H", struct.pack("<i", -1000))
        self.assertEqual(Image((LDR_R6_NEXT, ADD_SP_R6, *minus_1000)).deepest(), 1000)

    def test_recursion_has_no_bound(self):
        with self.assertRaisesRegex(Unbounded, "calls itself"):
            Image((*BL_BACK_TO_ITSELF, RETURN)).deepest()

    def test_a_call_through_a_register_has_no_bound(self):
        with self.assertRaisesRegex(Unbounded, "through a register"):
            Image((PUSH_R4_LR, BLX_R3, RETURN)).deepest()


if __name__ == "__main__":
    unittest.main()
