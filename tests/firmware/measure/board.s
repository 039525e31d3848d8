@ ARM's MPS2 boards under QEMU, for Rust and C++ alike, in instructions that a Cortex-M0 has.
    .syntax unified
    .thumb

    .section .vectors, "a"
    .word 0x20400000            @ the end of the RAM: the first stack pointer
    .word board_start

@ Turns the FPU on where there is one, opens the output, and exits with what board_main returns.
    .section .text.board_start, "ax"
    .globl board_start
    .type board_start, %function
    .thumb_func
board_start:
    ldr r0, =0xE000ED88         @ CPACR
    ldr r1, [r0]
    movs r2, #0xF
    lsls r2, r2, #20            @ coprocessors 10 and 11
    orrs r1, r2
    str r1, [r0]
    dsb
    isb
    sub sp, #16
    adr r0, board_console
    movs r1, #4                 @ to write
    movs r2, #3                 @ the length of its name
    str r0, [sp]
    str r1, [sp, #4]
    str r2, [sp, #8]
    mov r1, sp
    movs r0, #0x01              @ SYS_OPEN
    bkpt 0xAB
    ldr r1, =board_output
    str r0, [r1]
    bl board_main
    ldr r1, =0x20026            @ ADP_Stopped_ApplicationExit
    str r1, [sp]
    str r0, [sp, #4]
    mov r1, sp
    movs r0, #0x20              @ SYS_EXIT_EXTENDED
    bkpt 0xAB
    b .
    .ltorg
    .balign 4
board_console:
    .asciz ":tt"

    .section .bss.board_output, "aw", %nobits
    .balign 4
board_output:
    .space 4

@ board_write(start, length): so many bytes to the output.
    .section .text.board_write, "ax"
    .globl board_write
    .type board_write, %function
    .thumb_func
board_write:
    push {r4, lr}
    sub sp, #16
    ldr r2, =board_output
    ldr r2, [r2]
    str r2, [sp]
    str r0, [sp, #4]
    str r1, [sp, #8]
    mov r1, sp
    movs r0, #0x05              @ SYS_WRITE
    bkpt 0xAB
    add sp, #16
    pop {r4, pc}
    .ltorg

@ board_measure(function, argument): calls it on a painted stack. Returns the bytes from the
@ stack pointer of the call down to the last word that lost its paint. Instructions are counted
@ from board_enter to board_leave.
    .section .text.board_measure, "ax"
    .globl board_measure, board_enter, board_leave
    .type board_measure, %function
    .thumb_func
board_measure:
    push {r4, r5, r6, lr}
    mov r4, sp
    ldr r2, =0xC5A35C3A         @ the paint
    ldr r3, =0x10000            @ how far down it goes
    subs r5, r4, r3
    mov r3, r5
1:  stmia r3!, {r2}
    cmp r3, r4
    bne 1b
    mov r3, r0
    mov r0, r1
board_enter:
    blx r3
board_leave:
    ldr r2, =0xC5A35C3A
    mov r3, r5
2:  ldmia r3!, {r1}
    cmp r1, r2
    beq 2b
    subs r3, #4
    subs r0, r4, r3
    pop {r4, r5, r6, pc}
    .ltorg
