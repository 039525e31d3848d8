/* A plugin of QEMU that counts the instructions between two addresses.
 *
 *   cc -O2 -shared -fPIC -DVERSION=1 -o count.so count.c
 *   qemu-system-arm -plugin count.so,enter=ADDRESS,leave=ADDRESS,out=FILE[,limit=ADDRESS] ...
 *
 * An interval begins behind the instruction at `enter` and ends before the one at `leave`. FILE gets
 * a line "interval N" for each, and where there is a limit, a line "at ADDRESS N" for each
 * instruction below it that was executed in any interval.
 *
 * The interface is declared here, as far as it is used, because distributions ship QEMU without
 * its header. It is the same in all versions; QEMU wants to be told one that it knows, 1 before QEMU
 * 9 and 2 since. Counters in line with the code, which would be faster, changed from 2 to 3. */
#include <inttypes.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef uint64_t plugin_id;
struct qemu_plugin_tb;
struct qemu_plugin_insn;
enum { NO_REGISTERS = 0 };

void qemu_plugin_register_vcpu_tb_trans_cb(plugin_id, void (*)(plugin_id, struct qemu_plugin_tb *));
void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *,
                                            void (*)(unsigned, void *), int registers, void *);
void qemu_plugin_register_atexit_cb(plugin_id, void (*)(plugin_id, void *), void *);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *, size_t);
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *);

#define EXPORT __attribute__((visibility("default")))
EXPORT int qemu_plugin_version = VERSION;

static uint64_t enter, leave, executed;
static int inside;
static FILE *out;

/* A counter for every two bytes below the limit, and one for all above. */
static uint64_t limit, *counters;

static void on_instruction(unsigned cpu, void *counter) {
    (void)cpu;
    if (!inside) return;
    executed++;
    ++*(uint64_t *)counter;
}

static void on_enter(unsigned cpu, void *unused) {
    (void)cpu, (void)unused;
    inside = 1;
    executed = 0;
}

static void on_leave(unsigned cpu, void *unused) {
    (void)cpu, (void)unused;
    if (inside) fprintf(out, "interval %" PRIu64 "\n", executed);
    inside = 0;
}

static void call(struct qemu_plugin_insn *instruction, void (*function)(unsigned, void *),
                 void *argument) {
    qemu_plugin_register_vcpu_insn_exec_cb(instruction, function, NO_REGISTERS, argument);
}

static void on_translation(plugin_id id, struct qemu_plugin_tb *block) {
    (void)id;
    size_t length = qemu_plugin_tb_n_insns(block);
    for (size_t i = 0; i < length; i++) {
        struct qemu_plugin_insn *instruction = qemu_plugin_tb_get_insn(block, i);
        uint64_t address = qemu_plugin_insn_vaddr(instruction);
        if (address == leave) call(instruction, on_leave, NULL);
        call(instruction, on_instruction, &counters[(address < limit ? address : limit) / 2]);
        if (address == enter) call(instruction, on_enter, NULL);
    }
}

static void on_end(plugin_id id, void *unused) {
    (void)id, (void)unused;
    for (uint64_t i = 0; i < limit / 2; i++)
        if (counters[i]) fprintf(out, "at 0x%" PRIx64 " %" PRIu64 "\n", 2 * i, counters[i]);
    fclose(out);
}

static const char *value(const char *argument, const char *key) {
    size_t length = strlen(key);
    return strncmp(argument, key, length) ? NULL : argument + length;
}

EXPORT int qemu_plugin_install(plugin_id id, const void *info, int count, char **arguments) {
    (void)info;
    const char *text;
    for (int i = 0; i < count; i++) {
        if ((text = value(arguments[i], "enter="))) enter = strtoull(text, NULL, 0);
        if ((text = value(arguments[i], "leave="))) leave = strtoull(text, NULL, 0);
        if ((text = value(arguments[i], "limit="))) limit = strtoull(text, NULL, 0);
        if ((text = value(arguments[i], "out="))) out = fopen(text, "w");
    }
    counters = calloc(limit / 2 + 1, sizeof *counters);
    if (!enter || !leave || !out || !counters) return 1;
    qemu_plugin_register_vcpu_tb_trans_cb(id, on_translation);
    qemu_plugin_register_atexit_cb(id, on_end, NULL);
    return 0;
}
