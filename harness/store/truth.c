/* What is cached is the answer as it lies in memory, behind a header that says how much of it there
 * is: the cache is of this machine and its contents are hashed, so nothing else needs telling. The
 * version in the key changes whenever an answer may. */
#include "store/truth.h"

#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "store/cache.h"

enum { VERSION = 1 };

struct header {
  uint64_t queries, k, width;
};

static int write_answer(void *context, const char *path, struct limen_error *error) {
  const struct limen_knn *knn = context;
  const struct header header = {knn->queries, knn->k, knn->width};
  const size_t count = knn->queries * knn->width;
  struct limen_writer writer;
  int status = limen_writer_open(&writer, path, error);
  if (status != LIMEN_OK) return status;
  fwrite(&header, sizeof header, 1, writer.stream);
  fwrite(knn->ids, sizeof *knn->ids, count, writer.stream);
  fwrite(knn->distances, sizeof *knn->distances, count, writer.stream);
  fwrite(knn->found, sizeof *knn->found, knn->queries, writer.stream);
  fwrite(knn->ties_cut, sizeof *knn->ties_cut, knn->queries, writer.stream);
  return limen_writer_commit(&writer, error);
}

/* The next `count` elements, a copy; moves *at. NULL when the content is too short for them. */
static void *take(const char *bytes, size_t length, size_t *at, size_t count, size_t size) {
  size_t wanted;
  if (__builtin_mul_overflow(count, size, &wanted) || wanted > length - *at) return NULL;
  void *copy = limen_copy(bytes + *at, count, size, NULL);
  *at += wanted;
  return copy;
}

/* False when the file does not hold an answer of this shape; `out` is then empty. */
static bool read_answer(const char *path, size_t queries, struct limen_knn *out) {
  struct header header;
  char *bytes = NULL;
  size_t length = 0, at = sizeof header, count;
  bool good = limen_file_read(path, SIZE_MAX / 2, &bytes, &length, NULL) == LIMEN_OK &&
              length >= sizeof header;
  if (good) memcpy(&header, bytes, sizeof header);
  good = good && header.queries == queries && header.k <= header.width &&
         !__builtin_mul_overflow(header.queries, header.width, &count);
  if (good) {
    *out = (struct limen_knn){.queries = header.queries, .k = header.k, .width = header.width};
    out->ids = take(bytes, length, &at, count, sizeof *out->ids);
    out->distances = take(bytes, length, &at, count, sizeof *out->distances);
    out->found = take(bytes, length, &at, queries, sizeof *out->found);
    out->ties_cut = take(bytes, length, &at, queries, sizeof *out->ties_cut);
    good = out->ids && out->distances && out->found && out->ties_cut && at == length;
    if (!good) limen_knn_clear(out);
  }
  limen_free(bytes);
  return good;
}

static char *key_of(const struct limen_vectors *base, const char *base_hash,
                    const struct limen_vectors *queries, const char *queries_hash,
                    const struct limen_knn_settings *settings, struct limen_error *error) {
  char tolerance[LIMEN_NUMBER_SIZE];
  return limen_print(error,
                     "exact neighbours, version %d\n"
                     "base %s: %zu x %zu\n"
                     "queries %s: %zu\n"
                     "metric %s, k %zu, ties within %s up to %zu more%s\n",
                     VERSION, base_hash, base->rows, base->columns, queries_hash, queries->rows,
                     limen_metric_name((size_t)settings->metric), settings->k,
                     limen_number(settings->tie_tolerance, tolerance), settings->extra,
                     settings->skip_self ? ", without the query itself" : "");
}

int limen_truth_search(const struct limen_vectors *base, const char *base_hash,
                       const struct limen_vectors *queries, const char *queries_hash,
                       const struct limen_knn_settings *settings, struct limen_knn *out,
                       bool *cached, struct limen_error *error) {
  char *path = NULL, *key = NULL;
  bool found = false;
  int status = LIMEN_OK;
  *out = (struct limen_knn){0};
  if (!(key = key_of(base, base_hash, queries, queries_hash, settings, error))) return LIMEN_FAILED;
  if (limen_cache_get(key, &path, &found, NULL) == LIMEN_OK && found)
    found = read_answer(path, queries->rows, out);
  limen_free(path);
  path = NULL;
  if (!found) {
    status = limen_knn_search(base, queries, settings, out, error);
    if (status == LIMEN_OK) limen_cache_put(key, write_answer, out, &path, NULL);
  }
  if (cached) *cached = found;
  limen_free(path);
  limen_free(key);
  return status;
}
