/* A board with a Cortex-M, without a C library: the vectors, the start, and output by semihosting, which QEMU and debuggers
   answer. */
#include "say.h"
#include <stdint.h>

extern uint32_t data_load[], data_start[], data_end[], bss_start[], bss_end[], stack_top[];

int main(void);

static long semihost(long operation, const void *argument) {
    register long r0 __asm__("r0") = operation;
    register const void *r1 __asm__("r1") = argument;
    __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
    return r0;
}

void say(const char *text) {
    semihost(0x04, text); /* SYS_WRITE0 */
}

void reset(void) {
    uint32_t *from = data_load, *to;
    struct {
        uint32_t reason, status;
    } end;
#ifdef __ARM_FP
    *(volatile uint32_t *)0xE000ED88 |= 0xFu << 20; /* CPACR: the FPU is on */
    __asm__ volatile("dsb\n\tisb");
#endif
    for (to = data_start; to < data_end;) {
        *to++ = *from++;
    }
    for (to = bss_start; to < bss_end;) {
        *to++ = 0;
    }
    end.reason = 0x20026; /* ADP_Stopped_ApplicationExit */
    end.status = (uint32_t)main();
    semihost(0x20, &end); /* SYS_EXIT_EXTENDED */
    for (;;) {
    }
}

/* A fault ends the program. */
static void fault(void) {
    static const struct {
        uint32_t reason, status;
    } end = {0x20026, 255};
    say("fault\n");
    semihost(0x20, &end);
    for (;;) {
    }
}

typedef void handler(void);

struct vectors {
    uint32_t *stack;
    handler *handlers[15];
};

__attribute__((section(".vectors"), used)) const struct vectors vectors = {
    stack_top,
    {reset, fault, fault, fault, fault, fault, 0, 0, 0, 0, fault, fault, 0, fault, fault}};
