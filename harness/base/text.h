/* A growable string. Appends after a failure do nothing and the failure stays, so a writer may
 * append a whole page and look once, at limen_text_take or limen_text_status. */
#ifndef LIMEN_BASE_TEXT_H
#define LIMEN_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

struct limen_text {
  char *data;    /* NUL-terminated once something was appended; NULL before */
  size_t length; /* bytes, without the NUL */
  size_t capacity;
  bool failed; /* memory ran out at some append */
};

void limen_text_add(struct limen_text *text, const char *string);
void limen_text_add_bytes(struct limen_text *text, const char *bytes, size_t count);
void limen_text_print(struct limen_text *text, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* LIMEN_OK, or LIMEN_FAILED with a message when any append had failed. */
int limen_text_status(const struct limen_text *text, struct limen_error *error);

/* How many texts were cut short up to now, by any thread. A text that is one of many parts need not
 * be asked for its status where this is compared in the end: a report is put together from
 * hundreds. */
size_t limen_texts_cut(void);

/* The content, never NULL. */
const char *limen_text_string(const struct limen_text *text);

void limen_text_clear(struct limen_text *text);

/* The shortest decimal that reads back as the same double ("0.1", "1e-05", "26"), and "" for NaN.
 * Locale-free; `out` holds at least LIMEN_NUMBER_SIZE bytes; returns out. */
enum { LIMEN_NUMBER_SIZE = 40 };
const char *limen_number(double value, char *out);

#endif
