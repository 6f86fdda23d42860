/* With 512-bit registers the products are made here: six queries by 64 rows in 24 registers, each
 * kept there from the first coordinate to the last. sgemm packs both sides anew at every call and
 * adds to its result in memory, which for one thread and d = 128 came to 244 GFLOP/s in tiles that
 * fit the second-level cache, beside 280 here; wider tiles came to 260, but left it.
 *
 * Elsewhere OpenBLAS multiplies: it chooses its kernels when the program runs, so that a program
 * compiled for any processor is fast on each, and narrower vectors are not worth a kernel each. */
#include "knn/multiply.h"

#include "base/lanes.h"

#ifdef __AVX512F__

/* 24 sums, four registers of rows and one of a query's coordinate fit the 32 there are. 12 queries
 * by 32 rows, which load more for as many sums, were 5% slower. */
enum { WIDE = LIMEN_KNN_PANEL / LIMEN_LANES };
_Static_assert((int)LIMEN_KNN_STRIP == (int)LIMEN_LANES, "a strip is a register wide");

/* Query group g is at packed + g d LIMEN_KNN_GROUP: their first coordinates, their second ones, and
 * so on. */
void limen_knn_pack_query(const float *query, size_t q, size_t d, float *packed) {
  float *to = packed + q / LIMEN_KNN_GROUP * LIMEN_KNN_GROUP * d + q % LIMEN_KNN_GROUP;
  for (size_t c = 0; c < d; c++) to[c * LIMEN_KNN_GROUP] = query[c];
}

/* Panels of rows likewise: d times 64 floats. */
void limen_knn_pack_rows(const float *rows, size_t first, size_t count, size_t d, float *packed) {
  float *to = packed + first / LIMEN_KNN_PANEL * LIMEN_KNN_PANEL * d + first % LIMEN_KNN_PANEL;
  size_t c = 0;
  (void)count; /* rows beyond are some numbers, and their products are not looked at */
  for (; c + LIMEN_LANES <= d; c += LIMEN_LANES) {
    limen_lanes x[LIMEN_LANES];
    LIMEN_EACH(i, LIMEN_LANES) x[i] = limen_lanes_load_any(rows + i * d + c);
    limen_lanes_transpose(x);
    LIMEN_EACH(i, LIMEN_LANES) limen_lanes_store(to + (c + i) * LIMEN_KNN_PANEL, x[i]);
  }
  for (; c < d; c++)
    for (size_t i = 0; i < LIMEN_LANES; i++) to[c * LIMEN_KNN_PANEL + i] = rows[i * d + c];
}

/* One group by one panel. */
static void multiply(const float *queries, const float *rows, size_t d, float *scores,
                     size_t stride) {
  limen_lanes sum[LIMEN_KNN_GROUP * WIDE];
  LIMEN_EACH(i, LIMEN_KNN_GROUP * WIDE) sum[i] = limen_lanes_all(0);
  for (size_t c = 0; c < d; c++, queries += LIMEN_KNN_GROUP, rows += LIMEN_KNN_PANEL) {
    limen_lanes row[WIDE];
    LIMEN_EACH(j, WIDE) row[j] = limen_lanes_hold(limen_lanes_load(rows + j * LIMEN_LANES));
    LIMEN_EACH(i, LIMEN_KNN_GROUP * WIDE) sum[i] += queries[i / WIDE] * row[i % WIDE];
  }
  LIMEN_EACH(i, LIMEN_KNN_GROUP * WIDE)
  limen_lanes_store(scores + i / WIDE * stride + i % WIDE * LIMEN_LANES, sum[i]);
}

/* A panel stays near while the groups pass it. */
void limen_knn_multiply(const float *packed_queries, size_t first, size_t queries,
                        const float *packed_rows, size_t rows, size_t d, float *scores,
                        size_t stride) {
  for (size_t j = 0; j < rows; j += LIMEN_KNN_PANEL)
    for (size_t i = 0; i < queries; i += LIMEN_KNN_GROUP)
      multiply(packed_queries + (first + i) * d, packed_rows + j * d, d, scores + i * stride + j,
               stride);
}

#else

#include <cblas.h>
#include <string.h>

void limen_knn_pack_query(const float *query, size_t q, size_t d, float *packed) {
  memcpy(packed + q * d, query, d * sizeof *query);
}

void limen_knn_pack_rows(const float *rows, size_t first, size_t count, size_t d, float *packed) {
  memcpy(packed + first * d, rows, count * d * sizeof *rows);
}

void limen_knn_multiply(const float *packed_queries, size_t first, size_t queries,
                        const float *packed_rows, size_t rows, size_t d, float *scores,
                        size_t stride) {
  cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, (int)queries, (int)rows, (int)d, 1,
              packed_queries + first * d, (int)d, packed_rows, (int)d, 0, scores, (int)stride);
}

#endif
