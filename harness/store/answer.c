#include "store/answer.h"

#include <math.h>

#include "base/memory.h"

int limen_answer_init(struct limen_answer *answer, size_t rows, size_t measures,
                      struct limen_error *error) {
  *answer = (struct limen_answer){.rows = rows, .measures = measures};
  answer->values = limen_alloc(rows * measures, sizeof *answer->values, error);
  if (!answer->values) return LIMEN_FAILED;
  for (size_t i = 0; i < rows * measures; i++) answer->values[i] = NAN;
  return LIMEN_OK;
}

void limen_answer_clear(struct limen_answer *answer) {
  limen_free(answer->values);
  limen_free(answer->group);
  limen_blobs_clear(&answer->answers);
  limen_blobs_clear(&answer->artifacts);
  *answer = (struct limen_answer){0};
}

int limen_blobs_add(struct limen_blobs *blobs, const char *name, size_t row, const void *bytes,
                    size_t count, struct limen_error *error) {
  int status =
      limen_grow(&blobs->blob, &blobs->capacity, blobs->count + 1, sizeof *blobs->blob, error);
  if (status != LIMEN_OK) return status;
  struct limen_blob blob = {.row = row, .count = count};
  blob.name = limen_copy_text(name, error);
  blob.bytes = limen_copy(bytes, count, 1, error);
  if (!blob.name || !blob.bytes) {
    limen_free(blob.name);
    limen_free(blob.bytes);
    return LIMEN_FAILED;
  }
  blobs->blob[blobs->count++] = blob;
  return LIMEN_OK;
}

void limen_blobs_clear(struct limen_blobs *blobs) {
  for (size_t i = 0; i < blobs->count; i++) {
    limen_free(blobs->blob[i].name);
    limen_free(blobs->blob[i].bytes);
  }
  limen_free(blobs->blob);
  *blobs = (struct limen_blobs){0};
}
