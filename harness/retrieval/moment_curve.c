/* The moment curve (Wang et al., arXiv 2601.20844; Alon, Frankl and Roedl 1985): 2k dimensions are
 * enough for every set of k documents to be some query's best, were numbers only exact.
 *
 *     document  v(t) = (t, t^2, ..., t^2k)
 *     query     q = minus the coefficients of P(t)^2 without its constant, P(t) = product over the
 *               wanted of (t - t_i);  so q v(t) = P(0)^2 - P(t)^2, highest where P is zero
 *
 * An oracle: it is made from the judgements. Scores are float64 products of these vectors; where
 * float64 cannot tell P(t)^2 from 0 any more, recall falls, and that is the answer.
 *
 * Documents that somebody wants stand one apart and around 0, where the products of k = 2 are whole
 * numbers (times a power of two) and exact up to some thousands of documents. The others stand
 * beyond, at least one away from all wanted ones, so that they score lower by 1 and more in the
 * same unit. All t are divided by a power of two, so that none is above 1, and each query by
 * another one, so that no coefficient is: float32, for indexes and audits, holds them, though with
 * fewer digits than the scores have.
 *
 * t = 1, 2, 4 and wanted 1 and 4: P^2 = t^4 - 10 t^3 + 33 t^2 - 40 t + 16; scores 16, 12 and 16. */
#include <math.h>

#include "base/memory.h"
#include "retrieval/scan.h"
#include "retrieval/wanted.h"

struct curve {
  size_t d;
  double *documents, *queries; /* a row of d a passage */
};

static void close_curve(void *state) {
  struct curve *curve = state;
  limen_free(curve->documents);
  limen_free(curve->queries);
  limen_free(curve);
}

/* ---- places on the curve ---- */

/* t of the i-th document of wanted->order. Its unit is chosen so that 2 reach + 2 >= all |t|. */
static double place_on_curve(const struct limen_wanted *wanted, size_t documents, size_t i) {
  const double reach = (double)(wanted->count / 2);
  if (i < wanted->count) return (double)i - reach;
  const size_t j = i - wanted->count, others = documents - wanted->count;
  const double beyond = reach + 1 + (reach + 1) * (double)(j / 2) / (double)others;
  return j % 2 == 0 ? beyond : -beyond;
}

static void place_documents(const struct limen_wanted *wanted, size_t documents, double *t) {
  int exponent;
  frexp(2.0 * (double)(wanted->count / 2) + 2, &exponent);
  for (size_t i = 0; i < documents; i++)
    t[wanted->order[i]] = ldexp(place_on_curve(wanted, documents, i), -exponent);
}

static void raise_to_powers(double t, size_t d, double *out) {
  out[0] = t;
  for (size_t j = 1; j < d; j++) out[j] = out[j - 1] * t;
}

/* ---- queries ---- */

/* polynomial[0 .. degree] times (t - root). */
static void multiply(double *polynomial, size_t degree, double root) {
  polynomial[degree + 1] = polynomial[degree];
  for (size_t j = degree; j > 0; j--) polynomial[j] = polynomial[j - 1] - root * polynomial[j];
  polynomial[0] *= -root;
}

/* False when float64 cannot hold the coefficients. `polynomial` has room for wanted->most + 1. */
static bool make_query(const struct limen_wanted *wanted, size_t query, const double *t,
                       double *polynomial, size_t d, double *out) {
  const size_t first = wanted->start[query], degree = wanted->start[query + 1] - first;
  double largest = 0;
  int exponent;
  polynomial[0] = 1;
  for (size_t j = 0; j < degree; j++) multiply(polynomial, j, t[wanted->document[first + j]]);
  for (size_t i = 0; i <= degree; i++)
    for (size_t j = 0; j <= degree; j++)
      if (i + j > 0) out[i + j - 1] -= polynomial[i] * polynomial[j];
  for (size_t j = 0; j < d; j++) {
    if (!isfinite(out[j])) return false;
    largest = fmax(largest, fabs(out[j]));
  }
  frexp(largest, &exponent);
  for (size_t j = 0; j < d; j++) out[j] = ldexp(out[j], -exponent);
  return true;
}

static int make_vectors(const struct limen_retriever *retriever, const struct limen_wanted *wanted,
                        struct curve *curve, struct limen_error *error) {
  const size_t documents = retriever->documents, d = curve->d;
  double *t = limen_alloc(documents, sizeof *t, error);
  double *polynomial = limen_alloc(wanted->most + 1, sizeof *polynomial, error);
  int status = t && polynomial ? LIMEN_OK : LIMEN_FAILED;
  if (status == LIMEN_OK) place_documents(wanted, documents, t);
  for (size_t i = 0; i < documents && status == LIMEN_OK; i++)
    raise_to_powers(t[i], d, curve->documents + i * d);
  for (size_t q = 0; q < retriever->queries && status == LIMEN_OK; q++)
    if (!make_query(wanted, q, t, polynomial, d, curve->queries + q * d))
      status = LIMEN_FAIL(error, LIMEN_INPUT,
                          "query \"%.200s\" wants %zu documents; float64 cannot hold a polynomial "
                          "with so many zeros, so leave such queries out",
                          retriever->collection->queries.passage[q].id,
                          wanted->start[q + 1] - wanted->start[q]);
  limen_free(t);
  limen_free(polynomial);
  return status;
}

/* ---- the representation ---- */

static int round_to_float(const double *from, size_t rows, size_t d, struct limen_matrix *out,
                          struct limen_error *error) {
  int status = limen_matrix_init(out, rows, d, error);
  for (size_t i = 0; i < rows * d && status == LIMEN_OK; i++) out->values[i] = (float)from[i];
  return status;
}

static int choose_d(struct limen_retriever *retriever, const struct limen_wanted *wanted,
                    struct limen_error *error) {
  const size_t least = 2 * wanted->most;
  if (retriever->settings.d == 0) retriever->settings.d = least;
  if (retriever->settings.d < least)
    return LIMEN_FAIL(
        error, LIMEN_USAGE,
        "d is %zu; queries want up to %zu documents, for which the moment curve needs "
        "%zu dimensions, or 0 to choose by itself",
        retriever->settings.d, wanted->most, least);
  return LIMEN_OK;
}

static int build(struct limen_retriever *retriever, struct limen_error *error) {
  struct limen_wanted wanted;
  struct curve *curve = retriever->state = limen_alloc(1, sizeof *curve, error);
  if (!curve) return LIMEN_FAILED;
  int status = limen_wanted_make(retriever->collection, &wanted, error);
  if (status != LIMEN_OK) return status;
  status = choose_d(retriever, &wanted, error);
  const size_t d = curve->d = retriever->settings.d;
  if (status == LIMEN_OK) {
    curve->documents = limen_alloc(retriever->documents, d * sizeof *curve->documents, error);
    curve->queries = limen_alloc(retriever->queries, d * sizeof *curve->queries, error);
    status = curve->documents && curve->queries ? make_vectors(retriever, &wanted, curve, error)
                                                : LIMEN_FAILED;
  }
  if (status == LIMEN_OK)
    status = round_to_float(curve->documents, retriever->documents, d, &retriever->document_vectors,
                            error);
  if (status == LIMEN_OK)
    status =
        round_to_float(curve->queries, retriever->queries, d, &retriever->query_vectors, error);
  limen_wanted_clear(&wanted);
  return status;
}

static void look(const struct limen_retriever *retriever, size_t first, size_t count, void *scratch,
                 struct limen_best *best) {
  const struct curve *curve = retriever->state;
  (void)scratch;
  for (size_t i = 0; i < retriever->documents; i++)
    for (size_t q = 0; q < count; q++) {
      const double *document = curve->documents + i * curve->d;
      const double *query = curve->queries + (first + q) * curve->d;
      double score = 0;
      for (size_t j = 0; j < curve->d; j++) score += query[j] * document[j];
      limen_best_offer(&best[q], score, retriever->place[i]);
    }
}

static int search(const struct limen_retriever *retriever, size_t k, struct limen_hits *out,
                  struct limen_error *error) {
  const struct limen_scan scan = {.queries = 16, .look = look};
  return limen_scan_run(retriever, &scan, k, out, error);
}

const struct limen_representation limen_representation_moment_curve = {
    .name = "moment_curve",
    .about =
        "oracle: documents on the moment curve, queries by polynomials; 2k dimensions for k "
        "wanted documents",
    .reads = LIMEN_REPRESENTATION_READS_D,
    .dense = true,
    .oracle = true,
    .build = build,
    .search = search,
    .close = close_curve,
};
