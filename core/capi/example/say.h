/* Output on the desk and on a board. */
#ifndef SAY_H
#define SAY_H

/* Writes a text: desk.c or board.c. */
void say(const char *text);

void say_integer(long number);

/* Writes a number with three decimals. */
void say_number(double number);

#endif
