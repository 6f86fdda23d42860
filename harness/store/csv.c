#include "store/csv.h"

#include <string.h>

void limen_csv_text(struct limen_text *out, bool first, const char *field) {
  if (!first) limen_text_add(out, ",");
  bool formula = *field && strchr("=+-@\t\r", *field) != NULL;
  if (!formula && !strpbrk(field, ",\"\r\n")) {
    limen_text_add(out, field);
    return;
  }
  limen_text_add(out, formula ? "\"'" : "\"");
  for (const char *at = field; *at; at++)
    limen_text_add_bytes(out, *at == '"' ? "\"\"" : at, *at == '"' ? 2 : 1);
  limen_text_add(out, "\"");
}

void limen_csv_number(struct limen_text *out, bool first, double value) {
  char text[LIMEN_NUMBER_SIZE];
  if (!first) limen_text_add(out, ",");
  limen_text_add(out, limen_number(value, text));
}
