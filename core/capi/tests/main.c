/* Runs all tests, on the desk and on the board. */
#include "check.h"
#include "say.h"

static unsigned long passed, failed;

void check(int holds, const char *file, int line, const char *what) {
    if (holds) {
        passed++;
        return;
    }
    failed++;
    say(file);
    say(":");
    say_integer(line);
    say(": ");
    say(what);
    say("\n");
}

void check_status(lowrank_status found, lowrank_status expected, const char *file, int line) {
    check(found == expected, file, line, "another code was expected");
    if (found != expected) {
        say("    found ");
        say_integer((long)found);
        say(", ");
        say(lowrank_message(found));
        say("; expected ");
        say_integer((long)expected);
        say("\n");
    }
}

double absolute(double x) {
    return x < 0 ? -x : x;
}

int main(void) {
    test_header();
#ifdef WITH_CXX
    test_cxx();
#endif
    test_svd();
    test_nmf();
    test_sketch();
    test_models();
    test_refusals();
    say_integer((long)passed);
    say(" passed, ");
    say_integer((long)failed);
    say(" failed\n");
    return failed != 0 || passed == 0;
}
