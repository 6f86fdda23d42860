#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

/* What a message repeats may come from a stranger's file, and messages are shown on terminals and
 * kept as text: they are made plain here, where every one of them passes. That also mends a
 * character which the end of the text cuts in two. */

int limen_error_set(struct limen_error *error, int status, const char *source, int line,
                    const char *format, ...) {
  if (error) {
    error->status = status;
    error->source = source;
    error->line = line;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(error->text, sizeof error->text, format, arguments);
    va_end(arguments);
    limen_utf8_make_plain(error->text);
  }
  return status;
}

int limen_error_prefix(struct limen_error *error, const char *format, ...) {
  if (!error) return LIMEN_FAILED;
  char before[sizeof error->text], after[sizeof error->text];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(before, sizeof before, format, arguments);
  va_end(arguments);
  memcpy(after, error->text, sizeof after);
  size_t used = strlen(before);
  memcpy(error->text, before, used);
  snprintf(error->text + used, sizeof error->text - used, ": %.*s",
           (int)(sizeof error->text - 3 < used ? 0 : sizeof error->text - 3 - used), after);
  limen_utf8_make_plain(error->text);
  return error->status;
}
