/* Indexes that a library loads and searches. The input is the library's own bytes behind a byte
 * that says how the index was built; the header before them and its hashes are made to fit, since
 * who alters a file can do so as well. */
#include <string.h>

#include "base/memory.h"
#include "engines/index_header.h"
#include "fuzz/files.h"
#include "fuzz/indexes.h"
#include "fuzz/judge.h"
#include "fuzz/target.h"

extern const struct fuzz_target fuzz_target_index_load;

static void fill_text(char *out, size_t size, const char *text) {
  memcpy(out, text, strnlen(text, size - 1));
}

static void hash_into(char *out, const void *bytes, size_t size) {
  char hex[LIMEN_HASH_SIZE];
  fuzz_expect(limen_hash_text(bytes, size, hex, NULL) == LIMEN_OK, "no hash");
  memcpy(out, hex, LIMEN_INDEX_HASH);
}

static struct limen_index_header header_of(const struct fuzz_index_way *way, const uint8_t *bytes,
                                           size_t size) {
  const struct limen_index_settings *settings = &way->settings;
  struct limen_index_header header = {.version = LIMEN_INDEX_VERSION,
                                      .rows = fuzz_base.rows,
                                      .columns = fuzz_base.columns,
                                      .M = settings->M,
                                      .ef_construction = settings->ef_construction,
                                      .level_seed = settings->level_seed,
                                      .batch = settings->batch,
                                      .threads = settings->threads,
                                      .bytes = size};
  memcpy(header.magic, limen_index_magic, sizeof header.magic);
  fill_text(header.engine, sizeof header.engine, way->engine);
  fill_text(header.metric, sizeof header.metric, limen_metric_name((size_t)settings->metric));
  fill_text(header.levels, sizeof header.levels, limen_levels_name((size_t)settings->levels));
  if (settings->factory) fill_text(header.factory, sizeof header.factory, settings->factory);
  hash_into(header.base, fuzz_base.values,
            fuzz_base.rows * fuzz_base.columns * sizeof *fuzz_base.values);
  hash_into(header.library, bytes, size);
  hash_into(header.self, &header, offsetof(struct limen_index_header, self));
  return header;
}

static void search(struct limen_index *index, size_t k, size_t ef) {
  int64_t ids[16];
  size_t found = 0;
  struct limen_error error = {0};
  for (size_t q = 0; q < fuzz_base.rows; q += 5) {
    int status = limen_index_search(index, fuzz_base.values + q * fuzz_base.columns, k, ef, ids,
                                    &found, &error);
    fuzz_expect(status == LIMEN_OK, "a loaded index cannot be searched: %s", error.text);
    for (size_t i = 0; i < found; i++) {
      fuzz_expect(ids[i] >= 0 && (size_t)ids[i] < fuzz_base.rows, "a search finds row %lld",
                  (long long)ids[i]);
      for (size_t j = 0; j < i; j++)
        fuzz_expect(ids[i] != ids[j], "a search finds row %lld twice", (long long)ids[i]);
    }
  }
}

/* As `limen inspect` reads it, and as a search does. */
static void read_both(const char *path) {
  struct limen_index_content content;
  struct limen_index index;
  struct limen_error error = {0};
  int status = limen_index_read(path, &content, &error);
  fuzz_judge(status, LIMEN_INPUT, &error);
  if (status == LIMEN_OK) fuzz_check_content(&content);
  limen_index_content_clear(&content);
  status = limen_index_load(path, &fuzz_base, &index, &error);
  fuzz_judge(status, LIMEN_INPUT, &error);
  if (status != LIMEN_OK) return;
  search(&index, 1, 1);
  search(&index, fuzz_base.rows, 20);
  limen_index_clear(&index);
}

static void run(const uint8_t *bytes, size_t size) {
  size_t ways = 0;
  while (fuzz_index_way(ways)) ways++;
  if (size == 0 || ways == 0) return;
  const struct fuzz_index_way *way = fuzz_index_way(bytes[0] % ways);
  const struct limen_index_header header = header_of(way, bytes + 1, size - 1);
  uint8_t *whole = limen_alloc(sizeof header + size - 1, 1, NULL);
  fuzz_expect(whole, "no memory for %zu bytes", size);
  memcpy(whole, &header, sizeof header);
  memcpy(whole + sizeof header, bytes + 1, size - 1);
  read_both(fuzz_file(whole, sizeof header + size - 1));
  limen_free(whole);
}

static void seed(struct fuzz_seeds *to) { fuzz_seed_indexes(to, FUZZ_INDEX_NUMBERED); }

const struct fuzz_target fuzz_target_index_load = {
    .name = "index_load",
    .about = "saved indexes with the right hashes, loaded by their library and searched",
    .longest = 4096,
    .run = run,
    .seed = seed,
};
