/* Files of limen_index_save: a header of ours, hashed with all that follows, then a library's own
 * bytes, which the library's reader reads. */
#include <inttypes.h>
#include <string.h>

#include "base/memory.h"
#include "engines/index_header.h"
#include "engines/index_read.h"

static bool recognise(const struct limen_index_cursor *from) {
  return from->size >= sizeof limen_index_magic &&
         memcmp(from->bytes, limen_index_magic, sizeof limen_index_magic) == 0;
}

/* The engine need not be compiled in; its name is shown, so it has to be one. */
static int copy_engine(const struct limen_index_header *header, struct limen_index_content *out,
                       struct limen_error *error) {
  const char *letters = "abcdefghijklmnopqrstuvwxyz0123456789_";
  const bool ends = memchr(header->engine, 0, sizeof header->engine) != NULL;
  if (!ends || !*header->engine || header->engine[strspn(header->engine, letters)] != '\0')
    return LIMEN_FAIL(error, LIMEN_INPUT, "the header's engine is no name");
  memcpy(out->engine, header->engine, sizeof out->engine);
  return LIMEN_OK;
}

static int copy_settings(const struct limen_index_header *header, struct limen_index_content *out,
                         struct limen_error *error) {
  int status = limen_index_header_settings(header, &out->settings, error);
  if (status != LIMEN_OK || !out->settings.factory) return status;
  out->factory = limen_copy_text(out->settings.factory, error);
  out->settings.factory = out->factory;
  return out->factory ? LIMEN_OK : LIMEN_FAILED;
}

static int check_library(const struct limen_index_header *header,
                         const struct limen_index_cursor *library, struct limen_error *error) {
  char hex[LIMEN_HASH_SIZE];
  int status = limen_hash_text(library->bytes, library->size, hex, error);
  if (status == LIMEN_OK && memcmp(header->library, hex, LIMEN_INDEX_HASH) != 0)
    status = LIMEN_FAIL(error, LIMEN_INPUT,
                        "the library's bytes are damaged: their SHA-256 is another one");
  return status;
}

static int read(struct limen_index_cursor *from, const struct limen_index_settings *settings,
                struct limen_index_content *out, struct limen_error *error) {
  struct limen_index_header header;
  if (settings) /* a header within a file with a header, and so on without an end */
    return LIMEN_FAIL(error, LIMEN_INPUT, "byte %zu: a second header follows after the first",
                      limen_index_cursor_at(from));
  int status = limen_index_header_read(from->bytes, from->size, &header, error);
  if (status == LIMEN_OK) status = copy_engine(&header, out, error);
  if (status == LIMEN_OK) status = copy_settings(&header, out, error);
  if (status != LIMEN_OK) return status;
  struct limen_index_cursor library = {.bytes = from->bytes + sizeof header,
                                       .size = from->size - sizeof header,
                                       .start = from->start + sizeof header};
  status = check_library(&header, &library, error);
  if (status == LIMEN_OK) status = limen_index_read_bytes(&library, &out->settings, out, error);
  if (status != LIMEN_OK) return status;
  if (out->rows != header.rows)
    return LIMEN_FAIL(error, LIMEN_INPUT,
                      "the header speaks of %" PRIu64 " rows, and the library's bytes hold %zu",
                      header.rows, out->rows);
  if (out->columns != header.columns)
    return LIMEN_FAIL(error, LIMEN_INPUT,
                      "the header speaks of %" PRIu64 " columns, and the library's bytes of %zu",
                      header.columns, out->columns);
  out->metric = (int)out->settings.metric;
  return LIMEN_OK;
}

const struct limen_index_reader limen_index_reader_limen = {
    .name = "limen",
    .about = "an index saved by limen",
    .recognise = recognise,
    .read = read,
};
