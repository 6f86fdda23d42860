/* The table of readers, and which of them reads a file. */
#include "engines/index_read.h"

#include "base/memory.h"
#include "base/text.h"
#include "data/mapping.h"

#define LIMEN_ENTRY(entry) extern const struct limen_index_reader entry;
#include "engines/index_readers.def"
#undef LIMEN_ENTRY

#define LIMEN_ENTRY(entry) &entry,
static const struct limen_index_reader *const readers[] = {
#include "engines/index_readers.def"
    NULL};
#undef LIMEN_ENTRY

const struct limen_index_reader *limen_index_reader_at(size_t i) {
  return i < sizeof readers / sizeof *readers ? readers[i] : NULL;
}

static int refuse(const struct limen_index_cursor *from, struct limen_error *error) {
  struct limen_text kinds = {0};
  for (size_t i = 0; readers[i]; i++)
    limen_text_print(&kinds, "%s%s", i == 0 ? "" : "; ", readers[i]->about);
  int status = LIMEN_FAIL(error, LIMEN_INPUT, "byte %zu: %s; saved indexes that are read: %s",
                          limen_index_cursor_at(from),
                          from->size == 0 ? "the file is empty" : "it starts as no index does",
                          limen_text_string(&kinds));
  limen_text_clear(&kinds);
  return status;
}

int limen_index_read_bytes(struct limen_index_cursor *from,
                           const struct limen_index_settings *settings,
                           struct limen_index_content *out, struct limen_error *error) {
  for (size_t i = 0; readers[i]; i++)
    if (readers[i]->recognise(from)) return readers[i]->read(from, settings, out, error);
  return refuse(from, error);
}

int limen_index_read(const char *path, struct limen_index_content *out, struct limen_error *error) {
  struct limen_mapping mapping;
  *out = (struct limen_index_content){.metric = LIMEN_METRIC_UNTOLD};
  int status = limen_mapping_open(&mapping, path, error);
  if (status == LIMEN_OK) {
    struct limen_index_cursor from = {.bytes = mapping.bytes, .size = mapping.size};
    status = limen_index_read_bytes(&from, NULL, out, error);
    limen_mapping_close(&mapping);
    out->vectors = NULL;
  }
  if (status != LIMEN_OK) {
    limen_index_content_clear(out);
    limen_error_prefix(error, "%s", path);
  }
  return status;
}

void limen_index_content_clear(struct limen_index_content *content) {
  limen_graph_clear(&content->graph);
  limen_free(content->row);
  limen_free(content->factory);
  *content = (struct limen_index_content){.metric = LIMEN_METRIC_UNTOLD};
}
