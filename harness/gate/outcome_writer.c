#include "gate/outcome_writer.h"

#include <math.h>

#include "base/file.h"
#include "base/json.h"
#include "base/memory.h"
#include "report/escape.h"

#define LIMEN_ENTRY(writer) extern const struct limen_outcome_writer writer;
#include "gate/outcome_writers.def"
#undef LIMEN_ENTRY

#define LIMEN_ENTRY(writer) &writer,
static const struct limen_outcome_writer *const writers[] = {
#include "gate/outcome_writers.def"
};
#undef LIMEN_ENTRY

static const size_t n_writers = sizeof writers / sizeof *writers;
_Static_assert(sizeof writers / sizeof *writers <= LIMEN_OUTCOME_WRITERS_MOST,
               "raise LIMEN_OUTCOME_WRITERS_MOST");

const struct limen_outcome_writer *limen_outcome_writer_at(size_t i) {
  return i < n_writers ? writers[i] : NULL;
}

int limen_outcome_write(const struct limen_outcome_writer *writer,
                        const struct limen_gate_outcome *outcome, const char *path,
                        struct limen_text *note, struct limen_error *error) {
  struct limen_text text = {0};
  int status = writer->write(outcome, &text, note, error);
  if (status == LIMEN_OK) status = limen_text_status(&text, error);
  if (status == LIMEN_OK)
    status = limen_file_write(path, limen_text_string(&text), text.length, error);
  limen_text_clear(&text);
  return status;
}

const char *limen_outcome_status_name(const struct limen_gate_outcome *outcome) {
  const int status = limen_gate_status(outcome);
  return status == LIMEN_OK ? "pass" : status == LIMEN_NO ? "fail" : "cannot tell";
}

json_t *limen_outcome_number(double value) {
  return isfinite(value) ? json_real(value) : json_null();
}

json_t *limen_outcome_text(const char *text) {
  struct limen_text visible = {0};
  limen_visible_add(&visible, text, false);
  json_t *json = visible.failed ? limen_json_missing() : json_string(limen_text_string(&visible));
  limen_text_clear(&visible);
  return json;
}

int limen_outcome_add_json(json_t *root, const char *what, struct limen_text *out,
                           struct limen_error *error) {
  char *text = limen_json_print(root, JSON_INDENT(1) | JSON_REAL_PRECISION(12), what, error);
  if (text) limen_text_print(out, "%s\n", text);
  limen_free(text);
  json_decref(root);
  return text ? LIMEN_OK : LIMEN_FAILED;
}
