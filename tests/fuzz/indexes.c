#include "fuzz/indexes.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "engines/index_header.h"
#include "fuzz/files.h"
#include "fuzz/judge.h"
#include "measures/graph_health.h"

enum { ROWS = 12, COLUMNS = 3 };

static float values[ROWS * COLUMNS] = {
    0.11f, 0.32f, 0.57f, 0.12f, 0.3f,  0.5f,  -0.7f, 0.2f,  0.9f,  1.1f, -0.3f, 0.2f,
    0.4f,  0.44f, 0.4f,  -0.1f, -0.2f, -0.3f, 0.8f,  -0.8f, 0.81f, 2,    0.1f,  0.5f,
    0.11f, 0.3f,  0.6f,  -1.5f, 1.25f, 0.5f,  0.2f,  0.02f, 0.22f, 0.9f, 0.95f, 0.97f};
const struct limen_matrix fuzz_base = {ROWS, COLUMNS, values};

static const struct fuzz_index_way ways[] = {
    {"hnswlib",
     {.metric = LIMEN_L2,
      .M = 2,
      .ef_construction = 8,
      .levels = LIMEN_LEVELS_LIBRARY,
      .level_seed = 3,
      .threads = 1}},
    {"hnswlib",
     {.metric = LIMEN_COSINE,
      .M = 3,
      .ef_construction = 8,
      .levels = LIMEN_LEVELS_BY_LABEL,
      .level_seed = 5,
      .threads = 1}},
    {"faiss",
     {.metric = LIMEN_L2,
      .M = 2,
      .ef_construction = 8,
      .levels = LIMEN_LEVELS_BY_LABEL,
      .level_seed = 3,
      .threads = 1}},
    {"faiss",
     {.metric = LIMEN_IP,
      .M = 3,
      .ef_construction = 8,
      .levels = LIMEN_LEVELS_LIBRARY,
      .level_seed = 5,
      .batch = 4,
      .threads = 1}},
    {"faiss",
     {.metric = LIMEN_L2,
      .M = 2,
      .ef_construction = 8,
      .levels = LIMEN_LEVELS_LIBRARY,
      .level_seed = 3,
      .threads = 1,
      .factory = "Flat"}},
};

const struct fuzz_index_way *fuzz_index_way(size_t i) {
  for (size_t w = 0; w < sizeof ways / sizeof *ways; w++)
    if (limen_engine_find(ways[w].engine) && i-- == 0) return &ways[w];
  return NULL;
}

/* ---- seeds ---- */

static void seed_index(struct fuzz_seeds *to, enum fuzz_index_part part, size_t number) {
  const struct fuzz_index_way *way = fuzz_index_way(number);
  struct limen_index index;
  struct limen_error error = {0};
  size_t order[ROWS], size = 0;
  char path[128], name[32];
  for (size_t i = 0; i < ROWS; i++) order[i] = (i * 5 + 2) % ROWS;
  snprintf(path, sizeof path, "%s/a.index", fuzz_folder());
  int status = limen_index_build(limen_engine_find(way->engine), &fuzz_base, order, &way->settings,
                                 &index, &error);
  if (status == LIMEN_OK) status = limen_index_save(&index, path, &error);
  fuzz_expect(status == LIMEN_OK, "the seed %zu: %s", number, error.text);
  limen_index_clear(&index);
  uint8_t *bytes = fuzz_file_read(path, &size), *from = bytes;
  snprintf(name, sizeof name, "%s-%zu-%d", way->engine, number, (int)part);
  if (part != FUZZ_INDEX_WHOLE) {
    from += sizeof(struct limen_index_header);
    size -= sizeof(struct limen_index_header);
  }
  if (part == FUZZ_INDEX_NUMBERED) {
    *--from = (uint8_t)number; /* over the end of the header */
    size++;
  }
  fuzz_seed(to, name, from, size);
  limen_free(bytes);
}

void fuzz_seed_indexes(struct fuzz_seeds *to, enum fuzz_index_part part) {
  for (size_t i = 0; fuzz_index_way(i); i++) seed_index(to, part, i);
}

/* ---- checking ---- */

void fuzz_check_content(const struct limen_index_content *content) {
  struct limen_graph_health health;
  struct limen_error error = {0};
  fuzz_expect(content->rows > 0 && content->room >= content->rows, "%zu rows in a room for %zu",
              content->rows, content->room);
  for (size_t i = 0; content->row && i < content->rows; i++)
    fuzz_expect(content->row[i] < content->rows, "node %zu is row %u", i, content->row[i]);
  if (content->graph.nodes == 0) return;
  fuzz_expect(content->graph.nodes == content->rows, "a graph of %zu nodes over %zu rows",
              content->graph.nodes, content->rows);
  int status = limen_graph_check(&content->graph, &error);
  fuzz_expect(status == LIMEN_OK, "a graph was read that is none: %s", error.text);
  status = limen_graph_health_measure(&content->graph, &health, &error);
  fuzz_expect(status == LIMEN_OK, "the health of a graph: %s", error.text);
  fuzz_expect(health.unreachable <= health.nodes && health.components <= health.nodes &&
                  (health.links == 0 || (health.reciprocity >= 0 && health.reciprocity <= 1)),
              "an impossible health");
}
