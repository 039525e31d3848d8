#include "say.h"

void say_integer(long number) {
    char text[24];
    char *place = text + sizeof text - 1;
    unsigned long rest = number < 0 ? 0UL - (unsigned long)number : (unsigned long)number;
    *place = 0;
    do {
        *--place = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest != 0);
    if (number < 0) {
        *--place = '-';
    }
    say(place);
}

void say_number(double number) {
    long thousandths = (long)(number * 1000 + (number < 0 ? -0.5 : 0.5));
    long decimals = thousandths % 1000;
    if (thousandths < 0) {
        say("-");
        thousandths = -thousandths;
        decimals = -decimals;
    }
    say_integer(thousandths / 1000);
    say(decimals < 10 ? ".00" : decimals < 100 ? ".0" : ".");
    say_integer(decimals);
}
