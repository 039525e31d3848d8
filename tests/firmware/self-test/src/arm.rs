//! ARM microcontrollers under QEMU: the vectors, the entry point, and the exit by semihosting.

core::arch::global_asm!(
    ".section .vectors, \"a\"",
    ".word 0x20400000", // the end of the RAM: the first stack pointer
    ".word _start",
    ".section .text._start, \"ax\"",
    ".globl _start",
    ".type _start, %function",
    ".thumb_func",
    "_start:",
    "bl turn_fpu_on",
    "bl {exit_status}",
    "sub sp, #8",
    "ldr r1, =0x20026", // ADP_Stopped_ApplicationExit
    "str r1, [sp]",
    "str r0, [sp, #4]",
    "mov r1, sp",
    "movs r0, #0x20", // SYS_EXIT_EXTENDED
    "bkpt 0xAB",
    "b .",
    ".ltorg",
    exit_status = sym crate::exit_status,
);

#[cfg(target_abi = "eabihf")]
core::arch::global_asm!(
    ".section .text._start, \"ax\"",
    ".type turn_fpu_on, %function",
    ".thumb_func",
    "turn_fpu_on:",
    "ldr r0, =0xE000ED88", // CPACR
    "ldr r1, [r0]",
    "orr r1, r1, #0xF00000",
    "str r1, [r0]",
    "dsb",
    "isb",
    "bx lr",
    ".ltorg",
);

#[cfg(not(target_abi = "eabihf"))]
core::arch::global_asm!(
    ".section .text._start, \"ax\"",
    ".type turn_fpu_on, %function",
    ".thumb_func",
    "turn_fpu_on:",
    "bx lr",
);
