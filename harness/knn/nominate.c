/* Nominating: a block of base rows is brought into the frame, multiplied by tile after tile of
 * queries, and each row of scores is scanned once against its query's limit.
 *
 * A block is work for one worker, so every base row is read from memory once a batch, and brought
 * into the frame while it is in the cache. All workers add to the same candidates, a few queries
 * under one lock: lists of their own would each have to learn the limit anew, which doubles the
 * candidates for two workers. They start with different tiles and hardly ever wait. Who comes first
 * changes which candidates are listed for a while, never whether one that belongs is. */
#include <math.h>

#include "base/chunks.h"
#include "base/lanes.h"
#include "base/threads.h"
#include "knn/multiply.h"
#include "knn/search.h"

enum {
  STEP = 4 * LIMEN_LANES, /* rows looked at together: the bits of a word */
  AHEAD = 2               /* queries whose lists are on their way from memory */
};

/* A block of base rows on its way past the queries. */
struct block {
  struct limen_knn_search *search;
  struct limen_knn_scratch *scratch;
  size_t first, count; /* base rows */
};

struct job {
  struct limen_knn_search *search;
  size_t blocks, groups, group_queries;
};

/* ---- one query's candidates ---- */

static void set_top(struct limen_knn_search *search, size_t q, float top) {
  struct limen_candidates *list = &search->candidates[q];
  if (!(top < list->top)) return;
  list->top = top;
  list->limit =
      limen_frame_limit(&search->frame, &search->query[q], search->settings->tie_tolerance, top);
}

/* A limit that lets a few more pass is found in fewer steps. */
static void tighten(struct limen_knn_search *search, size_t q) {
  struct limen_candidates *list = &search->candidates[q];
  set_top(search, q, limen_candidates_select(list->high, list->count, search->k, search->k / 16));
  limen_candidates_drop(list);
}

/* Where float32 cannot tell so many rows apart, float64 does. */
static int make_room(const struct block *block, size_t q, struct limen_error *error) {
  struct limen_knn_search *search = block->search;
  tighten(search, q);
  if (search->candidates[q].count + search->keep / 4 + 16 <= search->capacity) return LIMEN_OK;
  int status = limen_knn_refine(search, q, block->scratch, error);
  tighten(search, q);
  return status;
}

/* Adds rows of the block by their places in it, as many as there is room for and unless their low
 * bounds are above the limit, which may have been lowered since; returns how many it took. Without
 * branches, and not inlined, where gcc would run out of registers and keep that choice in memory:
 * it then cost half as much as the whole scan. */
static __attribute__((noinline)) size_t add(const struct block *block, size_t q,
                                            const float *scores, const uint32_t *places,
                                            size_t count) {
  const struct limen_knn_search *search = block->search;
  const struct limen_frame_rows *rows = &block->scratch->block;
  struct limen_candidates *list = &search->candidates[q];
  const size_t self = search->settings->skip_self ? search->first + q : SIZE_MAX;
  const float reach = search->query[q].reach, limit = list->limit;
  size_t some = search->capacity - list->count, end = list->count;
  if (some > count) some = count;
  for (size_t i = 0; i < some; i++) {
    const size_t at = places[i], id = block->first + at;
    const float error_bound = reach * rows->length[at];
    const float low = rows->low[at] - error_bound - scores[at];
    list->low[end] = low;
    list->high[end] = rows->high[at] + error_bound - scores[at];
    list->id[end] = (uint32_t)id;
    end += !(low > limit) & (id != self) ? 1 : 0;
  }
  list->count = end;
  return some;
}

/* ---- one row of scores ---- */

/* A first limit, from this block alone: without it all of its rows would be listed. */
static void start(const struct block *block, size_t q, const float *scores) {
  struct limen_knn_search *search = block->search;
  const struct limen_frame_rows *rows = &block->scratch->block;
  const size_t self = search->first + q - block->first;
  float *high = block->scratch->row;
  const float reach = search->query[q].reach;
  for (size_t i = 0; i < block->count; i++)
    high[i] = rows->high[i] + reach * rows->length[i] - scores[i];
  if (search->settings->skip_self && self < block->count) high[self] = INFINITY;
  set_top(search, q, limen_candidates_select(high, block->count, search->k, search->k / 16));
}

LIMEN_INLINE uint64_t look(const struct limen_frame_rows *rows, const float *scores, size_t at,
                           limen_lanes reach, limen_lanes limit) {
  limen_lanes low = limen_lanes_load(rows->low + at) - reach * limen_lanes_load(rows->length + at) -
                    limen_lanes_load(scores + at);
  return limen_lanes_not_above(low, limit);
}

/* Lists the places of rows whose low bounds are not above the limit. One is written for each 64
 * rows, whether there is any or not: a branch would be a wrong guess for every other hit. Looking
 * at the products before they leave their registers saved as much here as it cost there. */
static size_t find(const struct block *block, size_t q, const float *scores) {
  const struct limen_knn_search *search = block->search;
  const struct limen_frame_rows *rows = &block->scratch->block;
  const limen_lanes reach = limen_lanes_all(search->query[q].reach);
  const limen_lanes limit = limen_lanes_all(search->candidates[q].limit);
  const uint64_t last = 1ull << (STEP - 1);
  uint32_t *places = block->scratch->places;
  size_t found = 0;
  for (size_t at = 0; at < block->count; at += STEP) {
    uint64_t hits = 0;
    LIMEN_EACH(i, STEP / LIMEN_LANES)
    hits |= look(rows, scores, at + i * LIMEN_LANES, reach, limit) << i * LIMEN_LANES;
    uint32_t *next = places + found;
    found += (size_t)__builtin_popcountll(hits);
    *next++ = (uint32_t)at + (uint32_t)__builtin_ctzll(hits | last);
    for (hits &= hits - 1; __builtin_expect(hits != 0, 0); hits &= hits - 1)
      *next++ = (uint32_t)at + (uint32_t)__builtin_ctzll(hits);
  }
  while (found > 0 && places[found - 1] >= block->count) found--;
  return found;
}

static int scan(const struct block *block, size_t q, const float *scores,
                struct limen_error *error) {
  const struct limen_knn_search *search = block->search;
  const struct limen_candidates *list = &search->candidates[q];
  if (list->top == INFINITY && list->count == 0) start(block, q, scores);
  const size_t found = find(block, q, scores);
  for (size_t done = 0; done < found;) {
    if (__builtin_expect(list->count >= search->capacity, 0)) {
      int status = make_room(block, q, error);
      if (status != LIMEN_OK) return status;
    }
    done += add(block, q, scores, block->scratch->places + done, found - done);
  }
  return LIMEN_OK;
}

/* The ends of lists, where the next candidates go, are rarely in the nearest cache. Inlined by
 * force, as in decide.c. */
LIMEN_INLINE void fetch(const struct limen_candidates *list) {
  __builtin_prefetch(list->low + list->count, 1);
  __builtin_prefetch(list->high + list->count, 1);
  __builtin_prefetch(list->id + list->count, 1);
}

/* ---- blocks ---- */

/* Rows beyond the last one of the base are above every limit. */
static void pad(const struct block *block) {
  const struct limen_frame_rows *rows = &block->scratch->block;
  for (size_t i = block->count; i % STEP != 0; i++) {
    rows->low[i] = rows->high[i] = INFINITY;
    rows->length[i] = 0;
  }
}

static int bring(const struct block *block, struct limen_error *error) {
  const struct limen_knn_search *search = block->search;
  const struct limen_vectors *base = search->base;
  const float *vectors = base->values ? base->values + block->first * base->columns : NULL;
  size_t bad;
  if (!vectors) {
    vectors = block->scratch->vectors;
    int status = base->read(base, block->first, block->count, block->scratch->vectors, error);
    if (status != LIMEN_OK) return status;
  }
  pad(block);
  for (size_t at = 0; at < block->count; at += LIMEN_KNN_STRIP) {
    const struct limen_frame_rows *rows = &block->scratch->block;
    const struct limen_frame_rows strip = {block->scratch->placed, rows->low + at, rows->high + at,
                                           rows->length + at};
    size_t left = block->count - at, count = left < LIMEN_KNN_STRIP ? left : LIMEN_KNN_STRIP;
    if (!limen_frame_base(&search->frame, vectors + at * base->columns, count, &strip, &bad))
      return limen_frame_refuse(&search->frame, "base", block->first + at + bad,
                                vectors + (at + bad) * base->columns, error);
    limen_knn_pack_rows(strip.rows, at, count, base->columns, rows->rows);
  }
  return LIMEN_OK;
}

static int pass_tile(const struct block *block, size_t first, size_t count,
                     struct limen_error *error) {
  struct limen_knn_search *search = block->search;
  float *scores = block->scratch->scores;
  int status = LIMEN_OK;
  limen_knn_multiply(search->rows, first, count, block->scratch->block.rows, block->count,
                     search->frame.columns, scores, search->block_rows);
  for (size_t q = first; q < first + count && status == LIMEN_OK; q += LIMEN_KNN_SHARED) {
    omp_lock_t *lock = &search->locks[q / LIMEN_KNN_SHARED];
    omp_set_lock(lock);
    for (size_t i = q; i < first + count && i < q + LIMEN_KNN_SHARED && status == LIMEN_OK; i++) {
      if (i + AHEAD < first + count && i + AHEAD < q + LIMEN_KNN_SHARED)
        fetch(&search->candidates[i + AHEAD]);
      status = scan(block, i, scores + (i - first) * search->block_rows, error);
    }
    omp_unset_lock(lock);
  }
  return status;
}

static void work(void *context, size_t chunk, size_t worker) {
  const struct job *job = context;
  struct limen_knn_search *search = job->search;
  const size_t group = chunk % job->groups, rows = search->base->rows;
  const size_t first = group * job->group_queries;
  if (first >= search->count) return;
  const size_t left = search->count - first;
  const size_t count = left < job->group_queries ? left : job->group_queries;
  const size_t tiles = (count + LIMEN_KNN_TILE - 1) / LIMEN_KNN_TILE;
  struct block block = {search, &search->scratch[worker], chunk / job->groups * search->block_rows,
                        search->block_rows};
  if (block.count > rows - block.first) block.count = rows - block.first;
  struct limen_error error;
  int status = limen_interrupted() ? LIMEN_FAIL(&error, LIMEN_INTERRUPTED, "interrupted")
                                   : bring(&block, &error);
  for (size_t t = 0; t < tiles && status == LIMEN_OK && !atomic_load(&search->failed); t++) {
    size_t from = (t + worker * tiles / search->workers) % tiles * LIMEN_KNN_TILE;
    size_t some = count - from < LIMEN_KNN_TILE ? count - from : LIMEN_KNN_TILE;
    status = pass_tile(&block, first + from, some, &error);
  }
  if (status != LIMEN_OK) limen_knn_fail(search, block.first, &error);
}

/* Few blocks are cut across the queries as well, so that all workers have something to do. */
void limen_knn_nominate(struct limen_knn_search *search) {
  enum { SHARES = 4 /* chunks a worker, so that none waits long for the last one */ };
  struct job job = {.search = search, .groups = 1};
  job.blocks = (search->base->rows + search->block_rows - 1) / search->block_rows;
  if (search->workers > 1 && job.blocks > 0 && job.blocks < SHARES * search->workers)
    job.groups = (SHARES * search->workers + job.blocks - 1) / job.blocks;
  job.group_queries = (search->count + job.groups - 1) / job.groups;
  job.group_queries = (job.group_queries + LIMEN_KNN_SHARED - 1) / LIMEN_KNN_SHARED;
  job.group_queries *= LIMEN_KNN_SHARED;
  limen_chunks_run(job.blocks * job.groups, search->workers, work, &job);
}
