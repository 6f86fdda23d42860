#include "engines/index_header.h"

#include <inttypes.h>
#include <string.h>

#include "base/text.h"
#include "data/layout.h"

const char limen_index_magic[LIMEN_INDEX_MAGIC] = {'L', 'I', 'M', 'E', 'N', 'I', 'D', 'X'};

_Static_assert(sizeof(struct limen_index_header) == 80 + 320 + 3 * LIMEN_INDEX_HASH,
               "the header has no gaps");

int limen_index_header_hash(const struct limen_index_header *header, char hex[LIMEN_HASH_SIZE],
                            struct limen_error *error) {
  return limen_hash_text(header, offsetof(struct limen_index_header, self), hex, error);
}

int limen_index_header_read(const uint8_t *bytes, size_t size, struct limen_index_header *out,
                            struct limen_error *error) {
  char hex[LIMEN_HASH_SIZE];
  if (size < sizeof *out)
    return LIMEN_FAIL(error, LIMEN_INPUT,
                      "it has %zu bytes, and the header of a saved index %zu: it was cut short, or "
                      "is something else",
                      size, sizeof *out);
  memcpy(out, bytes, sizeof *out);
  if (memcmp(out->magic, limen_index_magic, sizeof limen_index_magic) != 0)
    return LIMEN_FAIL(error, LIMEN_INPUT,
                      "it is no index saved by limen: it does not start with "
                      "LIMENIDX");
  if (out->version != LIMEN_INDEX_VERSION)
    return LIMEN_FAIL(error, LIMEN_INPUT,
                      "its version is %" PRIu64 "; this program reads version %d", out->version,
                      LIMEN_INDEX_VERSION);
  int status = limen_index_header_hash(out, hex, error);
  if (status != LIMEN_OK) return status;
  if (memcmp(out->self, hex, LIMEN_INDEX_HASH) != 0)
    return LIMEN_FAIL(error, LIMEN_INPUT, "the header is damaged: its SHA-256 is another one");
  if (out->bytes != size - sizeof *out)
    return LIMEN_FAIL(error, LIMEN_INPUT,
                      "the header speaks of %" PRIu64
                      " bytes of the library, and %zu follow: the "
                      "file was cut short, or something was added",
                      out->bytes, size - sizeof *out);
  return LIMEN_OK;
}

/* ---- names ---- */

/* The number of a name in a list; -1: it is none of them. */
static int find_name(const char *name, size_t size, const char *(*name_at)(size_t)) {
  if (!memchr(name, 0, size)) return -1;
  for (int i = 0; name_at((size_t)i); i++)
    if (strcmp(name_at((size_t)i), name) == 0) return i;
  return -1;
}

static int fail_name(const char *what, const char *name, size_t size,
                     const char *(*name_at)(size_t), struct limen_error *error) {
  struct limen_text names = {0};
  for (size_t i = 0; name_at(i); i++) limen_text_print(&names, "%s%s", i ? ", " : "", name_at(i));
  int status = LIMEN_FAIL(error, LIMEN_INPUT, "the header's %s is %.*s; this program has %s", what,
                          (int)size, name, limen_text_string(&names));
  limen_text_clear(&names);
  return status;
}

int limen_index_header_engine(const struct limen_index_header *header,
                              const struct limen_engine **engine, struct limen_error *error) {
  const int e = find_name(header->engine, sizeof header->engine, limen_engine_name);
  if (e < 0)
    return fail_name("engine", header->engine, sizeof header->engine, limen_engine_name, error);
  *engine = limen_engine_at((size_t)e);
  if (!(*engine)->load)
    return LIMEN_FAIL(error, LIMEN_INPUT, "the header's engine is %s, which saves no indexes",
                      header->engine);
  return LIMEN_OK;
}

int limen_index_header_settings(const struct limen_index_header *header,
                                struct limen_index_settings *out, struct limen_error *error) {
  const int metric = find_name(header->metric, sizeof header->metric, limen_metric_name);
  const int levels = find_name(header->levels, sizeof header->levels, limen_levels_name);
  if (metric < 0)
    return fail_name("metric", header->metric, sizeof header->metric, limen_metric_name, error);
  if (levels < 0)
    return fail_name("levels", header->levels, sizeof header->levels, limen_levels_name, error);
  if (!memchr(header->factory, 0, sizeof header->factory))
    return LIMEN_FAIL(error, LIMEN_INPUT, "the header's factory has no end");
  *out = (struct limen_index_settings){.metric = (enum limen_metric)metric,
                                       .M = header->M,
                                       .ef_construction = header->ef_construction,
                                       .levels = (enum limen_levels)levels,
                                       .level_seed = header->level_seed,
                                       .batch = header->batch,
                                       .threads = header->threads,
                                       .factory = *header->factory ? header->factory : NULL};
  return LIMEN_OK;
}
