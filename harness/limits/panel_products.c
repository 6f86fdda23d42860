/* Each product is cut into tiles whose sums fit the registers. Tiles at an edge are smaller; every
 * size is its own function, made by inlining one body with constant sizes. */
#include "limits/panel_products.h"

/* Sums held in registers: ROWS x WIDE registers of lanes in the first two products, DOWN x ACROSS
 * in the third, where 32 registers of 512 bits, or 16 narrower ones, are there to hold them. */
#ifdef __AVX512F__
enum { ROWS = 12, WIDE = 2, DOWN = 4, ACROSS = 4 };
#else
enum { ROWS = 6, WIDE = 1, DOWN = 4, ACROSS = 4 };
#endif

/* Weights as a matrix of rows x depth, its depth cut into segments: element (r, t) of a segment
 * stands at r * row_step + t * depth_step. */
struct weights {
  const float *at;
  size_t depth, segment, segment_step;
};

/* out[r] = sum over t of weight(r, t) * in[t] for `rows` rows of a panel. */
LIMEN_INLINE void spread(const size_t rows, const size_t row_step, const size_t depth_step,
                         const struct weights *weights, const float *in, float *out) {
  for (size_t half = 0; half < LIMEN_PANEL; half += WIDE * LIMEN_LANES) {
    limen_lanes sum[ROWS * WIDE];
    const float *w = weights->at, *x = in + half;
    LIMEN_EACH(i, rows * WIDE) sum[i] = limen_lanes_all(0);
    for (size_t left = weights->depth; left > 0;) {
      size_t run = left < weights->segment ? left : weights->segment;
      const float *next = w + weights->segment_step;
      left -= run;
      for (size_t t = 0; t < run; t++, w += depth_step, x += LIMEN_PANEL) {
        LIMEN_EACH(i, rows * WIDE)
        sum[i] += w[i / WIDE * row_step] * limen_lanes_load(x + i % WIDE * LIMEN_LANES);
      }
      w = next;
    }
    LIMEN_EACH(i, rows * WIDE)
    limen_lanes_store(out + i / WIDE * LIMEN_PANEL + half + i % WIDE * LIMEN_LANES, sum[i]);
  }
}

typedef void spread_tile(const struct weights *weights, const float *in, float *out);

/* In the scores a tile's rows are documents, neighbours in memory; in the queries' gradient they
 * are coordinates, a panel's row apart. */
#define SPREAD(rows)                                                                       \
  static void scores_##rows(const struct weights *weights, const float *in, float *out) {  \
    spread(rows, 1, LIMEN_PANEL, weights, in, out);                                        \
  }                                                                                        \
  static void queries_##rows(const struct weights *weights, const float *in, float *out) { \
    spread(rows, LIMEN_PANEL, 1, weights, in, out);                                        \
  }

SPREAD(1)
SPREAD(2)
SPREAD(3)
SPREAD(4)
SPREAD(5)
SPREAD(6)
#ifdef __AVX512F__
SPREAD(7)
SPREAD(8)
SPREAD(9)
SPREAD(10)
SPREAD(11)
SPREAD(12)
#endif

static spread_tile *const scores_tiles[] = {
    NULL,     scores_1, scores_2, scores_3,  scores_4,  scores_5,  scores_6,
#ifdef __AVX512F__
    scores_7, scores_8, scores_9, scores_10, scores_11, scores_12,
#endif
};
static spread_tile *const queries_tiles[] = {
    NULL,      queries_1, queries_2, queries_3,  queries_4,  queries_5,  queries_6,
#ifdef __AVX512F__
    queries_7, queries_8, queries_9, queries_10, queries_11, queries_12,
#endif
};

static size_t least(size_t a, size_t b) { return a < b ? a : b; }

void limen_product_scores(const struct limen_panels *documents, const float *queries,
                          float *scores) {
  const size_t d = documents->d;
  for (size_t p = 0; p < documents->panels; p++) {
    size_t count = least(LIMEN_PANEL, documents->count - p * LIMEN_PANEL);
    for (size_t first = 0; first < count; first += ROWS) {
      struct weights weights = {limen_panels_at(documents, p) + first, d, d, 0};
      scores_tiles[least(ROWS, count - first)](&weights, queries,
                                               scores + (p * LIMEN_PANEL + first) * LIMEN_PANEL);
    }
  }
}

void limen_product_queries(const struct limen_panels *documents, const float *weights, float *out) {
  const size_t d = documents->d;
  for (size_t first = 0; first < d; first += ROWS) {
    struct weights values = {documents->values + first * LIMEN_PANEL, documents->count, LIMEN_PANEL,
                             d * LIMEN_PANEL};
    queries_tiles[least(ROWS, d - first)](&values, weights, out + first * LIMEN_PANEL);
  }
}

struct block {
  size_t panels, n, d;
  const float *weights, *queries; /* of the tile's first document and first coordinate */
};

/* out[c][j] += sum over queries of weight(j, query) * query(c): here the lanes are what is summed
 * over, so each tile ends in a transposition. It costs as much as three registers of queries; a
 * block holds dozens. */
LIMEN_INLINE void gather(const size_t down, const size_t across, const struct block *block,
                         float *out) {
  limen_lanes sum[LIMEN_LANES];
  const float *w = block->weights, *q = block->queries;
  LIMEN_EACH(i, LIMEN_LANES) sum[i] = limen_lanes_all(0);
  for (size_t p = 0; p < block->panels; p++) {
    for (size_t half = 0; half < LIMEN_PANEL; half += LIMEN_LANES) {
      limen_lanes a[DOWN], b[ACROSS];
      LIMEN_EACH(j, down) a[j] = limen_lanes_hold(limen_lanes_load(w + j * LIMEN_PANEL + half));
      LIMEN_EACH(c, across) b[c] = limen_lanes_hold(limen_lanes_load(q + c * LIMEN_PANEL + half));
      LIMEN_EACH(i, down * across) sum[i / down * DOWN + i % down] += a[i % down] * b[i / down];
    }
    w += block->n * LIMEN_PANEL;
    q += block->d * LIMEN_PANEL;
  }
  limen_lanes sums = limen_lanes_sums(sum);
  LIMEN_EACH(i, down * across)
  out[i / down * LIMEN_PANEL + i % down] += sums[i / down * DOWN + i % down];
}

typedef void gather_tile(const struct block *block, float *out);

#define GATHER(down, across)                                                 \
  static void gather_##down##across(const struct block *block, float *out) { \
    gather(down, across, block, out);                                        \
  }
#define GATHER_ROW(down) GATHER(down, 1) GATHER(down, 2) GATHER(down, 3) GATHER(down, 4)
GATHER_ROW(1)
GATHER_ROW(2)
GATHER_ROW(3)
GATHER_ROW(4)

#define GATHER_NAMES(down) \
  { gather_##down##1, gather_##down##2, gather_##down##3, gather_##down##4 }
static gather_tile *const gather_tiles[DOWN][ACROSS] = {GATHER_NAMES(1), GATHER_NAMES(2),
                                                        GATHER_NAMES(3), GATHER_NAMES(4)};

void limen_product_documents(const struct limen_panels *documents, size_t panels,
                             const float *queries, const float *weights, float *out) {
  const size_t n = documents->count, d = documents->d;
  for (size_t j = 0; j < n; j += DOWN)
    for (size_t c = 0; c < d; c += ACROSS) {
      struct block block = {panels, n, d, weights + j * LIMEN_PANEL, queries + c * LIMEN_PANEL};
      gather_tiles[least(DOWN, n - j) - 1][least(ACROSS, d - c) - 1](
          &block, out + ((j / LIMEN_PANEL) * d + c) * LIMEN_PANEL + j % LIMEN_PANEL);
    }
}
