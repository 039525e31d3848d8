/* A plugin of QEMU (TCG plugin interface 1) that counts the instructions between two addresses.
 *
 *   gcc -O2 -shared -fPIC -o count.so count.c
 *   qemu-system-arm -plugin count.so,enter=ADDRESS,leave=ADDRESS,out=FILE[,limit=ADDRESS] ...
 *
 * An interval begins before the instruction at `enter` is executed and ends before that at
 * `leave`. FILE gets a line "interval N" for each, and where there is a limit, a line
 * "at ADDRESS N" for each instruction below it that was executed in any interval.
 * The interface is declared here, as far as it is used, because distributions ship QEMU without
 * its header. */
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
enum { ADD_U64 = 0 };

void qemu_plugin_register_vcpu_tb_trans_cb(plugin_id, void (*)(plugin_id, struct qemu_plugin_tb *));
void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *,
                                            void (*)(unsigned, void *), int registers, void *);
void qemu_plugin_register_vcpu_insn_exec_inline(struct qemu_plugin_insn *, int operation,
                                                void *counter, uint64_t operand);
void qemu_plugin_register_atexit_cb(plugin_id, void (*)(plugin_id, void *), void *);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *, size_t);
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *);

#define EXPORT __attribute__((visibility("default")))
EXPORT int qemu_plugin_version = 1;

static uint64_t enter, leave, executed, executed_at_enter;
static int inside;
static FILE *out;

/* One counter for every two bytes below the limit: all, at the last `enter`, within intervals. */
static uint64_t limit, *all, *before, *within;

static void on_enter(unsigned cpu, void *unused) {
    (void)cpu, (void)unused;
    inside = 1;
    executed_at_enter = executed;
    if (limit) memcpy(before, all, limit / 2 * sizeof *all);
}

static void on_leave(unsigned cpu, void *unused) {
    (void)cpu, (void)unused;
    if (!inside) return;
    inside = 0;
    fprintf(out, "interval %" PRIu64 "\n", executed - executed_at_enter);
    for (uint64_t i = 0; i < limit / 2; i++) within[i] += all[i] - before[i];
}

static void on_translation(plugin_id id, struct qemu_plugin_tb *block) {
    (void)id;
    size_t length = qemu_plugin_tb_n_insns(block);
    for (size_t i = 0; i < length; i++) {
        struct qemu_plugin_insn *instruction = qemu_plugin_tb_get_insn(block, i);
        uint64_t address = qemu_plugin_insn_vaddr(instruction);
        if (address == enter)
            qemu_plugin_register_vcpu_insn_exec_cb(instruction, on_enter, NO_REGISTERS, NULL);
        if (address == leave)
            qemu_plugin_register_vcpu_insn_exec_cb(instruction, on_leave, NO_REGISTERS, NULL);
        qemu_plugin_register_vcpu_insn_exec_inline(instruction, ADD_U64, &executed, 1);
        if (address < limit)
            qemu_plugin_register_vcpu_insn_exec_inline(instruction, ADD_U64, &all[address / 2], 1);
    }
}

static void on_end(plugin_id id, void *unused) {
    (void)id, (void)unused;
    for (uint64_t i = 0; i < limit / 2; i++)
        if (within[i]) fprintf(out, "at 0x%" PRIx64 " %" PRIu64 "\n", 2 * i, within[i]);
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
    if (!enter || !leave || !out) return 1;
    if (limit) {
        all = calloc(3 * (limit / 2), sizeof *all);
        if (!all) return 1;
        before = all + limit / 2;
        within = before + limit / 2;
    }
    qemu_plugin_register_vcpu_tb_trans_cb(id, on_translation);
    qemu_plugin_register_atexit_cb(id, on_end, NULL);
    return 0;
}
