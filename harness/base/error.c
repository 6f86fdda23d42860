#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

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
  return error->status;
}
