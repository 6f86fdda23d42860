/* Late interaction (Khattab and Zaharia, "ColBERT", 2020) over random token vectors of unit length:
 *
 *     sum over the query's words of  max over the document's words of  their inner product
 *
 * A word that the query repeats counts as often. A document without words has no maximum and is not
 * found; a query without words finds nothing.
 *
 * A few queries at a time: the products of all tokens with the queries' distinct tokens are taken
 * in blocks, in float64, a row a token. A document's maxima are then the element-wise largest of
 * its tokens' rows, whole registers at a time, however many queries share them. */
#include <cblas.h>
#include <math.h>

#include "base/memory.h"
#include "retrieval/scan.h"
#include "retrieval/token_vectors.h"

enum {
  QUERIES = 16, /* looked at together */
  ROWS = 64     /* tokens in a block of a product */
};

struct maxsim {
  struct limen_tokens tokens;
  struct limen_matrix vectors; /* a row a token, unit length */
  size_t columns;              /* distinct tokens that queries looked at together have, at most */
};

static void close_maxsim(void *state) {
  struct maxsim *maxsim = state;
  limen_tokens_clear(&maxsim->tokens);
  limen_matrix_clear(&maxsim->vectors);
  limen_free(maxsim);
}

/* ---- scratch: one thread's ---- */

struct scratch {
  double *product;  /* tokens x columns */
  double *query;    /* columns x d: the queries' tokens */
  double *block;    /* ROWS x d */
  double *top;      /* columns: a document's maxima */
  uint32_t *token;  /* columns */
  uint32_t *column; /* tokens: 1 + its column; 0: none */
  size_t columns;   /* in use */
};

/* SIZE_MAX when it is more than a machine can address. */
static size_t scratch_bytes(const struct maxsim *maxsim) {
  const size_t d = maxsim->vectors.columns, tokens = maxsim->tokens.count;
  size_t doubles, bytes;
  if (__builtin_mul_overflow(tokens + d + 1, maxsim->columns, &doubles) ||
      __builtin_add_overflow(doubles, ROWS * d, &doubles) ||
      __builtin_mul_overflow(doubles, sizeof(double), &bytes) ||
      __builtin_add_overflow(bytes, (tokens + maxsim->columns) * sizeof(uint32_t), &bytes))
    return SIZE_MAX;
  return bytes;
}

static struct scratch scratch_in(const struct maxsim *maxsim, void *memory) {
  const size_t d = maxsim->vectors.columns, tokens = maxsim->tokens.count;
  struct scratch scratch = {.product = memory};
  scratch.query = scratch.product + tokens * maxsim->columns;
  scratch.block = scratch.query + maxsim->columns * d;
  scratch.top = scratch.block + ROWS * d;
  scratch.token = (uint32_t *)(void *)(scratch.top + maxsim->columns);
  scratch.column = scratch.token + maxsim->columns;
  return scratch;
}

static void widen(const float *from, size_t count, double *to) {
  for (size_t i = 0; i < count; i++) to[i] = from[i];
}

/* ---- a look ---- */

/* Gives the queries' distinct tokens their columns. `column` is all zeros before and after a look.
 */
static void number_columns(const struct maxsim *maxsim, size_t first, size_t count,
                           struct scratch *scratch) {
  const struct limen_bags *bags = &maxsim->tokens.queries;
  const size_t d = maxsim->vectors.columns;
  for (size_t e = bags->start[first]; e < bags->start[first + count]; e++) {
    const uint32_t token = bags->token[e];
    if (scratch->column[token] != 0) continue;
    widen(maxsim->vectors.values + token * d, d, scratch->query + scratch->columns * d);
    scratch->token[scratch->columns++] = token;
    scratch->column[token] = (uint32_t)scratch->columns;
  }
}

static void multiply(const struct maxsim *maxsim, struct scratch *scratch) {
  const size_t d = maxsim->vectors.columns, tokens = maxsim->tokens.count;
  const size_t columns = scratch->columns;
  for (size_t t = 0; t < tokens; t += ROWS) {
    const size_t rows = tokens - t < ROWS ? tokens - t : ROWS;
    widen(maxsim->vectors.values + t * d, rows * d, scratch->block);
    cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasTrans, (int)rows, (int)columns, (int)d, 1,
                scratch->block, (int)d, scratch->query, (int)d, 0, scratch->product + t * columns,
                (int)columns);
  }
}

static void find_maxima(const struct maxsim *maxsim, size_t document, struct scratch *scratch) {
  const struct limen_bags *bags = &maxsim->tokens.documents;
  const size_t columns = scratch->columns;
  double *restrict top = scratch->top;
  for (size_t c = 0; c < columns; c++) top[c] = -INFINITY;
  for (size_t e = bags->start[document]; e < bags->start[document + 1]; e++) {
    const double *restrict row = scratch->product + bags->token[e] * columns;
    for (size_t c = 0; c < columns; c++) top[c] = row[c] > top[c] ? row[c] : top[c];
  }
}

static double score_of(const struct maxsim *maxsim, size_t query, const struct scratch *scratch) {
  const struct limen_bags *bags = &maxsim->tokens.queries;
  double score = 0;
  for (size_t e = bags->start[query]; e < bags->start[query + 1]; e++)
    score += bags->count[e] * scratch->top[scratch->column[bags->token[e]] - 1];
  return score;
}

static void look(const struct limen_retriever *retriever, size_t first, size_t count, void *memory,
                 struct limen_best *best) {
  const struct maxsim *maxsim = retriever->state;
  const struct limen_bags *documents = &maxsim->tokens.documents,
                          *queries = &maxsim->tokens.queries;
  struct scratch scratch = scratch_in(maxsim, memory);
  number_columns(maxsim, first, count, &scratch);
  if (scratch.columns == 0) return;
  multiply(maxsim, &scratch);
  for (size_t i = 0; i < documents->texts; i++) {
    if (documents->start[i] == documents->start[i + 1]) continue;
    find_maxima(maxsim, i, &scratch);
    for (size_t q = 0; q < count; q++)
      if (queries->start[first + q] < queries->start[first + q + 1])
        limen_best_offer(&best[q], score_of(maxsim, first + q, &scratch), retriever->place[i]);
  }
  for (size_t c = 0; c < scratch.columns; c++) scratch.column[scratch.token[c]] = 0;
}

/* ---- the representation ---- */

static int build(struct limen_retriever *retriever, struct limen_error *error) {
  const struct limen_representation_settings *settings = &retriever->settings;
  const struct limen_token_rule rule = {false, settings->stop_words, settings->stemmer};
  struct maxsim *maxsim = retriever->state = limen_alloc(1, sizeof *maxsim, error);
  if (!maxsim) return LIMEN_FAILED;
  int status = limen_tokens_make(retriever->collection, &rule, &maxsim->tokens, error);
  if (status == LIMEN_OK)
    status = limen_token_vectors(&maxsim->tokens, settings->seed, settings->d, true,
                                 &maxsim->vectors, error);
  if (status != LIMEN_OK) return status;
  /* A token that several queries have is counted for each: at least as many as there are. */
  const struct limen_bags *queries = &maxsim->tokens.queries;
  for (size_t q = 0; q < queries->texts; q += QUERIES) {
    const size_t end = q + QUERIES < queries->texts ? q + QUERIES : queries->texts;
    const size_t columns = queries->start[end] - queries->start[q];
    if (columns > maxsim->columns) maxsim->columns = columns;
  }
  return LIMEN_OK;
}

static int search(const struct limen_retriever *retriever, size_t k, struct limen_hits *out,
                  struct limen_error *error) {
  const struct limen_scan scan = {
      .queries = QUERIES, .scratch_bytes = scratch_bytes(retriever->state), .look = look};
  return limen_scan_run(retriever, &scan, k, out, error);
}

const struct limen_representation limen_representation_maxsim = {
    .name = "maxsim",
    .about =
        "late interaction: for each word of the query the best of the document, by random "
        "vectors",
    .reads = LIMEN_REPRESENTATION_READS_D | LIMEN_REPRESENTATION_READS_SEED |
             LIMEN_REPRESENTATION_READS_WORDS,
    .d = 128, /* as ColBERT */
    .build = build,
    .search = search,
    .close = close_maxsim,
};
