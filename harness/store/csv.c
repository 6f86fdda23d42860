#include "store/csv.h"

#include <string.h>

/* Spreadsheets also take the wide forms of these signs, U+FF1D, U+FF0B, U+FF0D and U+FF20. */
static bool starts_formula(const char *field) {
  static const char *const wide[] = {"\xef\xbc\x9d", "\xef\xbc\x8b", "\xef\xbc\x8d",
                                     "\xef\xbc\xa0"};
  for (size_t i = 0; i < sizeof wide / sizeof *wide; i++)
    if (strncmp(field, wide[i], 3) == 0) return true;
  return *field && strchr("=+-@\t\r\n", *field) != NULL;
}

void limen_csv_text(struct limen_text *out, bool first, const char *field) {
  if (!first) limen_text_add(out, ",");
  bool formula = starts_formula(field);
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
