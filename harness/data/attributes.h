/* What an HDF5 file says of itself beside its datasets: attributes of the root group. */
#ifndef LIMEN_DATA_ATTRIBUTES_H
#define LIMEN_DATA_ATTRIBUTES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

enum { LIMEN_ATTRIBUTE_TEXT = 256 /* bytes kept of a text, with its NUL */ };

struct limen_attribute {
  const char *name; /* which one is asked for */
  bool is_text;     /* whether a text is asked for, not a number (a truth value counts as one) */
  /* The answer. */
  bool found;                      /* it is there, single, and of that type */
  double number;                   /* NaN when not found */
  char text[LIMEN_ATTRIBUTE_TEXT]; /* cut to fit, printable characters only; "" when not found */
};

/* Looks for `count` attributes, at most LIMEN_ATTRIBUTES_MOST. One that is missing or of another
 * type is an answer; LIMEN_INPUT for a file that is missing or no HDF5. */
enum { LIMEN_ATTRIBUTES_MOST = 32 };
int limen_attributes_read(const char *path, struct limen_attribute *attributes, size_t count,
                          struct limen_error *error);

#endif
