/* Engines: the indexes under test (registry: engines.def).
 *
 * An engine builds in a given order and answers with ids, nothing else: distances, recall and time
 * are the harness's. With one thread a build is a function of its arguments. Searching does not
 * change an index, but one index serves one thread at a time: libraries keep ef in a field. */
#ifndef LIMEN_ENGINES_ENGINE_H
#define LIMEN_ENGINES_ENGINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "data/matrix.h"
#include "engines/graph.h"

/* Who deals the levels of a hierarchical graph. */
enum limen_levels {
  LIMEN_LEVELS_BY_LABEL, /* we do, from the row's number and the seed: the same in every order and
                            every library */
  LIMEN_LEVELS_LIBRARY   /* the library, in insertion order, its generator seeded */
};
const char *limen_levels_name(size_t i); /* "by_label", "library"; NULL past the end */

/* Level of a row under LIMEN_LEVELS_BY_LABEL: floor(-ln(u) / ln M), u uniform in (0, 1] from (seed,
 * row) alone, as HNSW draws it (Malkov and Yashunin 2018). At most LIMEN_LEVEL_MOST. */
enum { LIMEN_LEVEL_MOST = 30 };
unsigned limen_level_by_label(uint64_t seed, size_t row, size_t M);

enum {                        /* limits, for parameter tables too */
       LIMEN_M_MIN = 2,       /* 1 makes chains, and a division by ln 1 */
       LIMEN_M_DEFAULT = 16,  /* the vendors' median */
       LIMEN_M_MAX = 1000,    /* hnswlib caps at 10000, beyond any use */
       LIMEN_EF_MAX = 1000000 /* of construction and search */
};

struct limen_index_settings {
  enum limen_metric metric;
  size_t M, ef_construction;
  enum limen_levels levels;
  uint64_t level_seed;
  size_t batch;        /* rows handed to the library in one call; 0: all of them */
  size_t threads;      /* of the build; more than 1 makes it differ from run to run */
  const char *factory; /* FAISS: index_factory's description; NULL: "HNSW<M>,Flat" */
};
/* M 16, ef_construction 200, L2, levels by label with seed 1, batch 0, 1 thread. */
extern const struct limen_index_settings limen_index_defaults;

/* What a traced search did. */
struct limen_trace {
  size_t distances; /* true evaluations between the query and a row, on all levels */
  size_t hops;      /* nodes whose links were followed, on all levels; SIZE_MAX: not known */
  size_t found;     /* rows whose distance was evaluated on level 0: how many, and which */
  uint32_t *row;    /* room for as many as the base has, given by the caller; NULL: not wanted */
};

/* Which settings an engine looks at; a grid need not repeat itself over the others. */
enum {
  LIMEN_READS_M = 1,
  LIMEN_READS_EF_CONSTRUCTION = 2,
  LIMEN_READS_EF = 4,
  LIMEN_READS_LEVELS = 8,
  LIMEN_READS_BATCH = 16,
  LIMEN_READS_ORDER = 32
};

struct limen_engine {
  const char *name, *about;
  unsigned reads;
  /* Measures vectors as they are given, in float64: it gets no unit vectors under cosine, and they
   * may be as long as they like. */
  bool float64;
  /* LIMEN_USAGE for settings that the engine does not have, in words. `order` is a permutation of
   * the base's rows: order[i] is inserted as the i-th. The base is lent until close. */
  int (*build)(const struct limen_matrix *base, const size_t *order,
               const struct limen_index_settings *settings, void **state,
               struct limen_error *error);
  /* ids[0 .. k): nearest first, -1 beyond *found, which is at most k and may be less. */
  int (*search)(void *state, const float *query, size_t k, size_t ef, int64_t *ids, size_t *found,
                struct limen_error *error);
  /* The same answer with what it took; slower. */
  int (*trace)(void *state, const float *query, size_t k, size_t ef, int64_t *ids, size_t *found,
               struct limen_trace *trace, struct limen_error *error);
  /* NULL: the engine has no graph. */
  int (*graph)(void *state, struct limen_graph *out, struct limen_error *error);
  size_t (*bytes)(const void *state); /* of the index in memory, vectors included */
  /* The library's own bytes, for limen_index_save and _load; NULL: it cannot be saved. */
  int (*save)(void *state, const char *path, struct limen_error *error);
  int (*load)(const char *path, size_t rows, size_t columns,
              const struct limen_index_settings *settings, void **state, struct limen_error *error);
  void (*close)(void *state);
};

const struct limen_engine *limen_engine_find(const char *name);
const struct limen_engine *limen_engine_at(size_t i); /* NULL past the end */
const char *limen_engine_name(size_t i);

/* ---- an index ---- */

struct limen_index {
  const struct limen_engine *engine; /* NULL: none */
  void *state;
  size_t rows, columns;
  const struct limen_matrix *base; /* not owned, must outlive the index */
  struct limen_index_settings settings;
  char *factory; /* owned: what settings.factory points to */
  /* Under cosine engines of float32 get vectors of unit length: a copy of the base, and room for
   * one query. */
  struct limen_matrix unit;
  float *query;
};

/* Builds. LIMEN_INPUT for an empty base, values that are not finite, a zero row under cosine, a row
 * so long that distances overflow float32, or an order that is no permutation; LIMEN_USAGE for
 * settings out of range; LIMEN_FAILED when the library fails, with its words. A failed build leaves
 * nothing behind. `base` must outlive the index. */
int limen_index_build(const struct limen_engine *engine, const struct limen_matrix *base,
                      const size_t *order, const struct limen_index_settings *settings,
                      struct limen_index *out, struct limen_error *error);

/* Searches with max(ef, k). LIMEN_USAGE for k = 0, k > rows, ef = 0; LIMEN_INPUT for a query that
 * is not finite, zero under cosine, or too long for float32. Fewer than k found is an answer. */
int limen_index_search(struct limen_index *index, const float *query, size_t k, size_t ef,
                       int64_t *ids, size_t *found, struct limen_error *error);
int limen_index_trace(struct limen_index *index, const float *query, size_t k, size_t ef,
                      int64_t *ids, size_t *found, struct limen_trace *trace,
                      struct limen_error *error);

/* LIMEN_USAGE when the engine has none. Checked, and cleared by limen_graph_clear. */
int limen_index_graph(struct limen_index *index, struct limen_graph *out,
                      struct limen_error *error);
size_t limen_index_bytes(const struct limen_index *index);

/* A file: a header of ours (engine, metric, rows, columns, settings, SHA-256 of the rest), then the
 * library's own bytes. Loading checks all of it before the library sees a byte: LIMEN_INPUT names
 * file and field. The base is needed again, as the header's hash of it says. */
int limen_index_save(struct limen_index *index, const char *path, struct limen_error *error);
int limen_index_load(const char *path, const struct limen_matrix *base, struct limen_index *out,
                     struct limen_error *error);

void limen_index_clear(struct limen_index *index);

#endif
