#include "gate/outcome_writer.h"

#include <string.h>

#include "base/file.h"
#include "base/json.h"
#include "base/memory.h"

#define LIMEN_ENTRY(entry) extern const struct limen_gate_writer entry;
#include "gate/outcome_writers.def"
#undef LIMEN_ENTRY

#define LIMEN_ENTRY(entry) &entry,
static const struct limen_gate_writer *const writers[] = {
#include "gate/outcome_writers.def"
    NULL};
#undef LIMEN_ENTRY

const struct limen_gate_writer *limen_gate_writer_at(size_t i) {
  return i < LIMEN_GATE_WRITERS ? writers[i] : NULL;
}

int limen_gate_write(const struct limen_gate_writer *writer,
                     const struct limen_gate_outcome *outcome, const char *path,
                     struct limen_error *error) {
  struct limen_text text = {0};
  int status = writer->print(outcome, &text, error);
  if (status == LIMEN_OK) status = limen_text_status(&text, error);
  if (status == LIMEN_OK)
    status = limen_file_write(path, limen_text_string(&text), text.length, error);
  limen_text_clear(&text);
  return status;
}

int limen_gate_print_json(json_t *root, struct limen_text *out, struct limen_error *error) {
  char *text = limen_json_print(root, JSON_INDENT(1), "an outcome", error);
  json_decref(root);
  if (!text) return LIMEN_FAILED;
  limen_text_add(out, text);
  limen_free(text);
  return LIMEN_OK;
}

struct limen_gate_name limen_gate_name_of(const char *name) {
  const char *slash = strchr(name, '/');
  if (!slash) return (struct limen_gate_name){(int)strlen(name), ""};
  return (struct limen_gate_name){(int)(slash - name), slash + 1};
}
