/* Free embeddings (Weller et al., arXiv 2508.21038): vectors without any text behind them, trained
 * on the judgements until every query ranks what it wants first, or training stops of itself. An
 * oracle for d dimensions: what it misses, training could not place, whatever the model; see
 * limits/free_embedding.h for the procedure. The best vectors seen at any look are kept.
 *
 * Only documents that some query wants are trained. The others would cost the most (50,000 of them
 * a thousand times the 46 that matter) and say nothing: a document that no query wants only has to
 * score below. They are placed afterwards around one point c that scores lower than what is wanted,
 * for every query: c = 0 will mostly do, since wanted documents score above 0; else steps against
 * the query that minds c the most, as the perceptron makes them, find such a point where there is
 * one. Each stands in a direction of its own at half the least lead, which takes at most half of
 * it: all at c itself, they would be duplicates, which graphs for searching do not bear.
 *
 * Training takes as many wanted documents for each query. Where queries want fewer than others they
 * also want stand-ins, documents that are trained along and then forgotten; a query that wants
 * nothing here is zero. */
#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/rng.h"
#include "base/threads.h"
#include "knn/distance.h"
#include "limits/free_embedding.h"
#include "retrieval/scan.h"
#include "retrieval/wanted.h"

enum {
  LOOK_EVERY = 50, /* steps, as Weller et al. */
  PATIENCE = 1000, /* steps without a gain, likewise */
  ROUNDS = 2000    /* steps to place the documents that nobody wants */
};
static const double MIN_GAIN = 1e-5; /* of the loss, likewise */

struct training {
  struct limen_retriever *retriever;
  struct limen_wanted wanted;
  struct limen_relevance relevance; /* trained queries and documents, stand-ins last */
  uint32_t *query;                  /* relevance.queries: their numbers in the collection */
  struct limen_free *run;
  struct limen_free_look best;
  float *documents, *queries; /* of the best look */
  float *margins;
  struct limen_error *error;
  int status;
};

/* ---- what is trained ---- */

static int alloc_relevance(struct training *training, struct limen_error *error) {
  const struct limen_wanted *wanted = &training->wanted;
  struct limen_relevance *relevance = &training->relevance;
  size_t fewest = wanted->most;
  for (size_t q = 0; q < wanted->queries; q++) {
    const size_t own = wanted->start[q + 1] - wanted->start[q];
    relevance->queries += own > 0;
    if (own > 0 && own < fewest) fewest = own;
  }
  relevance->k = wanted->most;
  relevance->documents = wanted->count + wanted->most - fewest;
  relevance->relevant =
      limen_alloc(relevance->queries, relevance->k * sizeof *relevance->relevant, error);
  training->query = limen_alloc(relevance->queries, sizeof *training->query, error);
  return relevance->relevant && training->query ? LIMEN_OK : LIMEN_FAILED;
}

static int make_relevance(struct training *training, struct limen_error *error) {
  const struct limen_wanted *wanted = &training->wanted;
  const size_t k = wanted->most;
  uint32_t *trained = limen_alloc(training->retriever->documents, sizeof *trained, error);
  int status = trained ? alloc_relevance(training, error) : LIMEN_FAILED;
  if (status == LIMEN_OK) {
    uint32_t *row = training->relevance.relevant;
    size_t queries = 0;
    for (size_t i = 0; i < wanted->count; i++) trained[wanted->order[i]] = (uint32_t)i;
    for (size_t q = 0; q < wanted->queries; q++) {
      const size_t first = wanted->start[q], own = wanted->start[q + 1] - first;
      if (own == 0) continue;
      training->query[queries++] = (uint32_t)q;
      for (size_t i = 0; i < own; i++) row[i] = trained[wanted->document[first + i]];
      for (size_t i = own; i < k; i++) row[i] = (uint32_t)(wanted->count + i - own);
      row += k;
    }
  }
  limen_free(trained);
  return status;
}

/* ---- training ---- */

static int start(struct training *training, struct limen_error *error) {
  const struct limen_representation_settings *settings = &training->retriever->settings;
  const struct limen_free_settings free_settings = {.loss = limen_loss_find("infonce"),
                                                    .loss_settings.tau = settings->tau,
                                                    .lr = settings->lr,
                                                    .beta1 = 0.9,
                                                    .beta2 = 0.999,
                                                    .epsilon = 1e-8};
  const size_t d = settings->d, documents = training->relevance.documents;
  const size_t queries = training->relevance.queries;
  training->best.worst_margin = -INFINITY;
  training->run = limen_free_alloc(&training->relevance, d, &free_settings, settings->seed, error);
  if (!training->run) return error ? error->status : LIMEN_FAILED;
  training->documents = limen_alloc(documents, d * sizeof *training->documents, error);
  training->queries = limen_alloc(queries, d * sizeof *training->queries, error);
  training->margins = limen_alloc(queries, sizeof *training->margins, error);
  return training->documents && training->queries && training->margins ? LIMEN_OK : LIMEN_FAILED;
}

/* Keeps the present vectors when they are the best so far. */
static void look(struct training *training, bool first) {
  const struct limen_relevance *relevance = &training->relevance;
  const size_t d = training->retriever->settings.d;
  struct limen_free_look now;
  limen_free_look(training->run, &now, training->margins);
  if (!first && now.right <= training->best.right &&
      !(now.right == training->best.right && now.worst_margin > training->best.worst_margin))
    return;
  training->best = now;
  memcpy(training->documents, limen_free_documents(training->run),
         relevance->documents * d * sizeof(float));
  memcpy(training->queries, limen_free_queries(training->run),
         relevance->queries * d * sizeof(float));
}

static void train(void *context) {
  struct training *training = context;
  double least = INFINITY;
  look(training, true);
  for (size_t i = 0, without = 0; i < training->retriever->settings.steps && without < PATIENCE;
       i++) {
    if (limen_interrupted()) {
      training->status = LIMEN_FAIL(training->error, LIMEN_INTERRUPTED,
                                    "interrupted while free embeddings were trained");
      return;
    }
    const double loss = limen_free_step(training->run);
    if (!isfinite(loss)) break;
    without = loss < least - MIN_GAIN ? 0 : without + 1;
    if (without == 0) least = loss;
    if ((i + 1) % LOOK_EVERY == 0) look(training, false);
    if (training->best.right == training->relevance.queries) break;
  }
  if (training->best.right < training->relevance.queries) look(training, false);
}

/* ---- the others ---- */

/* How far c scores below what the trained queries want, at least; *worst is the query. */
static double lead_over(const struct training *training, const double *lowest, const float *c,
                        size_t *worst) {
  const size_t d = training->retriever->settings.d;
  double least = INFINITY;
  for (size_t q = 0; q < training->relevance.queries; q++) {
    const double lead = lowest[q] - limen_product(training->queries + q * d, c, d);
    if (lead >= least) continue;
    least = lead;
    *worst = q;
  }
  return least;
}

/* The point c, and the radius around it. */
static double find_point(const struct training *training, const double *lowest, float *c,
                         float *best) {
  const size_t d = training->retriever->settings.d;
  size_t worst = 0;
  double most = lead_over(training, lowest, c, &worst);
  for (size_t round = 0; round < ROUNDS && most <= 0; round++) {
    for (size_t j = 0; j < d; j++) c[j] -= 0.05f * training->queries[worst * d + j];
    const double lead = lead_over(training, lowest, c, &worst);
    if (lead <= most) continue;
    most = lead;
    memcpy(best, c, d * sizeof *c);
  }
  return most > 0 ? most / 2 : 0.001;
}

static int place(struct training *training, size_t document, const float *c, double radius,
                 struct limen_error *error) {
  const struct limen_representation_settings *settings = &training->retriever->settings;
  float *out = training->retriever->document_vectors.values + document * settings->d;
  char stream[64];
  double squares = 0;
  snprintf(stream, sizeof stream, "retrieval/free/%zu", document);
  gsl_rng *rng = limen_rng_alloc(settings->seed, stream, error);
  if (!rng) return LIMEN_FAILED;
  for (size_t j = 0; j < settings->d; j++) {
    out[j] = (float)gsl_ran_gaussian_ziggurat(rng, 1);
    squares += (double)out[j] * out[j];
  }
  for (size_t j = 0; j < settings->d; j++) out[j] = (float)(c[j] + radius / sqrt(squares) * out[j]);
  limen_rng_free(rng);
  return LIMEN_OK;
}

static int place_others(struct training *training, struct limen_error *error) {
  const struct limen_wanted *wanted = &training->wanted;
  const struct limen_relevance *relevance = &training->relevance;
  const size_t d = training->retriever->settings.d, documents = training->retriever->documents;
  double *lowest = limen_alloc(relevance->queries, sizeof *lowest, error);
  float *c = limen_alloc(d, sizeof *c, error), *best = limen_alloc(d, sizeof *best, error);
  int status = lowest && c && best ? LIMEN_OK : LIMEN_FAILED;
  for (size_t q = 0; q < relevance->queries && status == LIMEN_OK; q++) {
    lowest[q] = INFINITY;
    for (size_t i = 0; i < relevance->k; i++) {
      const size_t document = relevance->relevant[q * relevance->k + i];
      if (document < wanted->count)
        lowest[q] = fmin(lowest[q], limen_product(training->queries + q * d,
                                                  training->documents + document * d, d));
    }
  }
  const double radius = status == LIMEN_OK ? find_point(training, lowest, c, best) : 0;
  for (size_t i = wanted->count; i < documents && status == LIMEN_OK; i++)
    status = place(training, wanted->order[i], best, radius, error);
  limen_free(lowest);
  limen_free(c);
  limen_free(best);
  return status;
}

/* ---- the representation ---- */

static int hand_over(struct training *training, struct limen_error *error) {
  struct limen_retriever *retriever = training->retriever;
  const size_t d = retriever->settings.d;
  int status = limen_matrix_init(&retriever->document_vectors, retriever->documents, d, error);
  if (status == LIMEN_OK)
    status = limen_matrix_init(&retriever->query_vectors, retriever->queries, d, error);
  if (status != LIMEN_OK) return status;
  for (size_t i = 0; i < training->wanted.count; i++)
    memcpy(retriever->document_vectors.values + training->wanted.order[i] * d,
           training->documents + i * d, d * sizeof(float));
  for (size_t q = 0; q < training->relevance.queries; q++)
    memcpy(retriever->query_vectors.values + training->query[q] * d, training->queries + q * d,
           d * sizeof(float));
  return place_others(training, error);
}

static int build(struct limen_retriever *retriever, struct limen_error *error) {
  struct training training = {.retriever = retriever, .error = error};
  int status = limen_wanted_make(retriever->collection, &training.wanted, error);
  if (status != LIMEN_OK) return status;
  status = make_relevance(&training, error);
  if (status == LIMEN_OK) status = start(&training, error);
  if (status == LIMEN_OK) {
    limen_scan_in_team(train, &training);
    status = training.status;
  }
  if (status == LIMEN_OK) status = hand_over(&training, error);
  limen_free_free(training.run);
  limen_wanted_clear(&training.wanted);
  limen_relevance_clear(&training.relevance);
  limen_free(training.query);
  limen_free(training.documents);
  limen_free(training.queries);
  limen_free(training.margins);
  return status;
}

const struct limen_representation limen_representation_free = {
    .name = "free",
    .about = "oracle: free embeddings trained on the judgements",
    .reads = LIMEN_REPRESENTATION_READS_D | LIMEN_REPRESENTATION_READS_SEED |
             LIMEN_REPRESENTATION_READS_TRAINING,
    .dense = true,
    .oracle = true,
    .d = 64,
    .build = build,
};
