/* Saved indexes: a header of ours, then the library's own bytes.
 *
 * The libraries' files say nothing of the metric, the base or the seed, and a reader that is given
 * the wrong ones answers wrongly without a word. So the header says all of it, and carries hashes:
 * of the base's values, of the library's bytes, and of itself.
 *
 * Saving goes through a file beside the new one, because libraries write to names. Loading copies
 * the library's bytes into a file without a name, so that nobody can change what was checked. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/hash.h"
#include "base/memory.h"
#include "data/mapping.h"
#include "engines/index.h"
#include "engines/index_header.h"

enum { HASH = LIMEN_INDEX_HASH, PIECE = 1 << 16 };

static int hash_base(const struct limen_matrix *base, char hex[LIMEN_HASH_SIZE],
                     struct limen_error *error) {
  return limen_hash_text(base->values, base->rows * base->columns * sizeof *base->values, hex,
                         error);
}

/* ---- saving ---- */

static int fill_header(const struct limen_index *index, const char *library,
                       struct limen_index_header *out, struct limen_error *error) {
  const struct limen_index_settings *settings = &index->settings;
  char hex[LIMEN_HASH_SIZE];
  struct stat about;
  *out = (struct limen_index_header){.version = LIMEN_INDEX_VERSION,
                                     .rows = index->rows,
                                     .columns = index->columns,
                                     .M = settings->M,
                                     .ef_construction = settings->ef_construction,
                                     .level_seed = settings->level_seed,
                                     .batch = settings->batch,
                                     .threads = settings->threads};
  if (settings->factory && strlen(settings->factory) >= sizeof out->factory)
    return LIMEN_FAIL(error, LIMEN_USAGE, "the factory %.40s... is too long to be saved: %zu bytes",
                      settings->factory, strlen(settings->factory));
  memcpy(out->magic, limen_index_magic, sizeof limen_index_magic);
  snprintf(out->engine, sizeof out->engine, "%s", index->engine->name);
  snprintf(out->metric, sizeof out->metric, "%s", limen_metric_name((size_t)settings->metric));
  snprintf(out->levels, sizeof out->levels, "%s", limen_levels_name((size_t)settings->levels));
  if (settings->factory) snprintf(out->factory, sizeof out->factory, "%s", settings->factory);
  if (stat(library, &about) != 0)
    return LIMEN_FAIL(error, LIMEN_FAILED, "cannot look at %s: %s", library, strerror(errno));
  out->bytes = (uint64_t)about.st_size;
  int status = hash_base(index->base, hex, error);
  if (status == LIMEN_OK) memcpy(out->base, hex, HASH);
  if (status == LIMEN_OK) status = limen_hash_file(library, hex, error);
  if (status == LIMEN_OK) memcpy(out->library, hex, HASH);
  if (status == LIMEN_OK) status = limen_index_header_hash(out, hex, error);
  if (status == LIMEN_OK) memcpy(out->self, hex, HASH);
  return status;
}

/* What fails to be written, the commit will tell. */
static int append_file(FILE *out, const char *path, struct limen_error *error) {
  char piece[PIECE];
  FILE *in = fopen(path, "rb");
  if (!in) return LIMEN_FAIL(error, LIMEN_FAILED, "cannot read %s: %s", path, strerror(errno));
  for (size_t got; (got = fread(piece, 1, sizeof piece, in)) > 0;) fwrite(piece, 1, got, out);
  int status = ferror(in) ? LIMEN_FAIL(error, LIMEN_FAILED, "cannot read %s to its end: %s", path,
                                       strerror(errno))
                          : LIMEN_OK;
  fclose(in);
  return status;
}

int limen_index_save(struct limen_index *index, const char *path, struct limen_error *error) {
  struct limen_writer writer;
  struct limen_index_header header;
  if (!index->engine->save)
    return LIMEN_FAIL(error, LIMEN_USAGE,
                      "indexes of the engine %s cannot be saved; build it again when it is needed",
                      index->engine->name);
  int status = limen_writer_open(&writer, path, error);
  if (status != LIMEN_OK) return status;
  char *library = limen_path_aside(path, error);
  if (!library) status = LIMEN_FAILED;
  if (status == LIMEN_OK) status = index->engine->save(index->state, library, error);
  if (status == LIMEN_OK) status = fill_header(index, library, &header, error);
  if (status == LIMEN_OK) {
    fwrite(&header, sizeof header, 1, writer.stream);
    status = append_file(writer.stream, library, error);
  }
  if (library) unlink(library);
  limen_free(library);
  if (status == LIMEN_OK) return limen_writer_commit(&writer, error);
  limen_writer_cancel(&writer);
  return status;
}

/* ---- loading ---- */

static int check_base(const struct limen_index_header *header, const struct limen_matrix *base,
                      struct limen_error *error) {
  char hex[LIMEN_HASH_SIZE];
  if (header->rows != base->rows || header->columns != base->columns)
    return LIMEN_FAIL(error, LIMEN_INPUT,
                      "it was built from a base of %" PRIu64 " x %" PRIu64
                      " values; this one has %zu x %zu",
                      header->rows, header->columns, base->rows, base->columns);
  int status = hash_base(base, hex, error);
  if (status == LIMEN_OK && memcmp(header->base, hex, HASH) != 0)
    status = LIMEN_FAIL(error, LIMEN_INPUT,
                        "it was built from a base with other values: their SHA-256 is %.12s..., "
                        "this one's %.12s...",
                        header->base, hex);
  return status;
}

/* A file without a name that holds the library's bytes, hashed after they were copied. */
static int copy_library(const struct limen_mapping *file, const struct limen_index_header *header,
                        struct limen_mapping *copy, struct limen_error *error) {
  const uint8_t *from = file->bytes + sizeof *header, *end = file->bytes + file->size;
  char hex[LIMEN_HASH_SIZE];
  int descriptor = -1;
  int status = limen_mapping_temporary(&descriptor, error);
  while (status == LIMEN_OK && from < end) {
    ssize_t put = write(descriptor, from, (size_t)(end - from));
    if (put > 0)
      from += put;
    else if (put == 0 || errno != EINTR)
      status = LIMEN_FAIL(error, LIMEN_FAILED,
                          "%" PRIu64
                          " bytes do not go into a temporary file: %s; set TMPDIR to a "
                          "folder with room",
                          header->bytes, strerror(errno));
  }
  if (status != LIMEN_OK) {
    if (descriptor >= 0) close(descriptor);
    return status;
  }
  if ((status = limen_mapping_take(copy, descriptor, error)) != LIMEN_OK) return status;
  status = limen_hash_text(copy->bytes, copy->size, hex, error);
  if (status == LIMEN_OK && memcmp(header->library, hex, HASH) != 0)
    status = LIMEN_FAIL(error, LIMEN_INPUT,
                        "the library's bytes are damaged: their SHA-256 is another one");
  if (status != LIMEN_OK) limen_mapping_close(copy);
  return status;
}

static int load(const struct limen_mapping *file, const struct limen_matrix *base,
                struct limen_index *out, struct limen_error *error) {
  struct limen_index_header header;
  struct limen_mapping library;
  struct limen_index_settings settings;
  const struct limen_engine *engine = NULL;
  char path[64];
  int status = limen_index_header_read(file->bytes, file->size, &header, error);
  if (status == LIMEN_OK) status = limen_index_header_engine(&header, &engine, error);
  if (status == LIMEN_OK) status = limen_index_header_settings(&header, &settings, error);
  if (status == LIMEN_OK) status = check_base(&header, base, error);
  if (status == LIMEN_OK) status = limen_index_prepare(out, engine, base, &settings, error);
  if (status == LIMEN_USAGE) { /* the settings are the file's, not the user's */
    status = LIMEN_INPUT;
    if (error) error->status = status;
  }
  if (status == LIMEN_OK) status = copy_library(file, &header, &library, error);
  if (status != LIMEN_OK) return status;
  snprintf(path, sizeof path, "/proc/self/fd/%d", library.descriptor);
  status = engine->load(path, base->rows, base->columns, &out->settings, &out->state, error);
  if (status == LIMEN_OK) out->engine = engine;
  limen_mapping_close(&library);
  return status;
}

int limen_index_load(const char *path, const struct limen_matrix *base, struct limen_index *out,
                     struct limen_error *error) {
  struct limen_mapping file;
  *out = (struct limen_index){0};
  int status = limen_mapping_open(&file, path, error);
  if (status == LIMEN_OK) status = load(&file, base, out, error);
  if (status != LIMEN_OK) {
    if (error) limen_error_prefix(error, "%s", path);
    limen_index_clear(out);
  }
  limen_mapping_close(&file);
  return status;
}
