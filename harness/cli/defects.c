#include "cli/defects.h"

#include <stdio.h>

void limen_defects_words(const struct limen_defects *defects, struct limen_text *out) {
  if (defects->zero_rows == 0)
    limen_text_add(out, "no zero rows; ");
  else
    limen_text_print(out, "%zu zero row%s, the first is row %zu; ", defects->zero_rows,
                     defects->zero_rows == 1 ? "" : "s", defects->first_zero);
  if (defects->repeated_rows == 0)
    limen_text_add(out, "no repeated rows");
  else
    limen_text_print(out, "%zu repeated row%s, the first is row %zu, which repeats row %zu",
                     defects->repeated_rows, defects->repeated_rows == 1 ? "" : "s",
                     defects->first_repeat, defects->repeat_of);
}

int limen_defects_warn(const char *path, const struct limen_vectors *vectors,
                       struct limen_error *error) {
  struct limen_defects defects;
  struct limen_text words = {0};
  if (vectors->rows > LIMEN_DEFECTS_ROWS) {
    fprintf(stderr, "%s: %zu rows are too many to look for zero and repeated ones\n", path,
            vectors->rows);
    return LIMEN_OK;
  }
  int status = limen_defects_find(vectors, &defects, error);
  if (status != LIMEN_OK || (defects.zero_rows == 0 && defects.repeated_rows == 0)) return status;
  limen_defects_words(&defects, &words);
  if ((status = limen_text_status(&words, error)) == LIMEN_OK)
    fprintf(stderr, "%s: %s\n", path, limen_text_string(&words));
  limen_text_clear(&words);
  return status;
}
