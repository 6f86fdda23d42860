/* One cell: verdicts about the vectors as given, then every step. */
#include <math.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/threads.h"
#include "experiments/kinds/audit/audit.h"
#include "experiments/kinds/audit/proofs.h"
#include "experiments/kinds/retrieval/retrieval.h"

/* ---- what is looked at ---- */

int audit_world_take(const struct limen_cell *cell, struct audit_world *out,
                     struct limen_error *error) {
  *out = (struct audit_world){0};
  int status = retrieval_retriever_take(cell, &out->retriever, error);
  if (status != LIMEN_OK) {
    out->retriever = NULL;
    return status;
  }
  const struct limen_retriever *retriever = out->retriever;
  if ((status = limen_wanted_make(retriever->collection, &out->wanted, error)) != LIMEN_OK)
    return status;
  out->input = (struct limen_audit_input){.n = retriever->documents,
                                          .d = retriever->document_vectors.columns,
                                          .queries = retriever->queries,
                                          .documents = retriever->document_vectors.values,
                                          .query = retriever->query_vectors.values,
                                          .start = out->wanted.start,
                                          .relevant = out->wanted.document};
  return LIMEN_OK;
}

void audit_world_give(struct audit_world *world) {
  limen_wanted_clear(&world->wanted);
  if (world->retriever) retrieval_retriever_give(world->retriever);
  world->retriever = NULL;
}

struct limen_audit_settings audit_settings_of(const struct limen_cell *cell) {
  struct limen_audit_settings settings = {.best = limen_best_defaults,
                                          .prove = limen_cell_integer(cell, "prove") != 0,
                                          .workers = (size_t)limen_threads()};
  settings.best.tolerance = limen_cell_real(cell, "tolerance");
  settings.best.rounds = (size_t)limen_cell_integer(cell, "rounds");
  return settings;
}

/* Judgements of relevance that name what the collection does not hold. */
static size_t count_strangers(const struct audit_world *world) {
  const struct limen_qrels *qrels = &world->retriever->collection->qrels;
  size_t relevant = 0;
  for (size_t q = 0; q < qrels->count; q++)
    for (size_t j = 0; j < qrels->query[q].count; j++)
      relevant += qrels->query[q].judgement[j].grade > 0;
  const size_t known = world->wanted.start[world->wanted.queries];
  return relevant > known ? relevant - known : 0;
}

/* ---- noise and outcomes ---- */

int audit_noise(const struct limen_audit_input *input, const struct limen_quantiser *quantiser,
                bool unit, double *noise, struct limen_error *error) {
  const size_t d = input->d;
  const double units = (double)d * 0x1p-24;
  double moved = 0, longest = 0, *row = limen_alloc(2 * d, sizeof *row, error);
  if (!row) return LIMEN_FAILED;
  for (size_t v = 0; v < input->n; v++) {
    double square = 0, scaled = 0, difference = 0;
    for (size_t i = 0; i < d; i++) row[i] = input->documents[v * d + i];
    quantiser->round(d, row, row + d);
    for (size_t i = 0; i < d; i++) square += row[i] * row[i], scaled += row[d + i] * row[d + i];
    const double factor = unit && scaled > 0 ? sqrt(square / scaled) : 1;
    for (size_t i = 0; i < d; i++) {
      const double by = row[d + i] * factor - row[i];
      difference += by * by;
    }
    longest = fmax(longest, sqrt(square));
    moved = fmax(moved, sqrt(difference));
  }
  limen_free(row);
  *noise = 2 * (moved + units / (1 - units) * longest);
  return LIMEN_OK;
}

enum audit_measure audit_outcome(enum limen_verdict verdict, double best_upper, double noise) {
  switch (verdict) {
    case LIMEN_VERDICT_RIGHT:
      return AUDIT_RIGHT;
    case LIMEN_VERDICT_REACHABLE:
      return best_upper <= noise ? AUDIT_DROWNED : AUDIT_REACHABLE;
    case LIMEN_VERDICT_IMPOSSIBLE:
      return AUDIT_IMPOSSIBLE;
    case LIMEN_VERDICT_BELOW:
      return AUDIT_BELOW;
    case LIMEN_VERDICT_UNKNOWN:
      return AUDIT_UNKNOWN;
    case LIMEN_VERDICT_NOTHING:
    case LIMEN_VERDICTS:
      break;
  }
  return AUDIT_MEASURES;
}

/* ---- verdicts ---- */

struct cell_run {
  const struct limen_cell *cell;
  struct limen_answer *answer;
  struct audit_world world;
  struct limen_audit audit;
  struct limen_effect given; /* float64, all dimensions: what gains and losses are told against */
};

static double *row_of(const struct cell_run *run, size_t row) {
  return run->answer->values + row * run->answer->measures;
}

static const struct limen_quantiser *format_of(const struct limen_cell *cell) {
  return limen_quantiser_find(limen_cell_string(cell, "format"));
}

static int keep_verdicts(struct cell_run *run, struct limen_error *error) {
  const size_t queries = run->audit.queries;
  const struct limen_passages *passages = &run->world.retriever->collection->queries;
  struct limen_blobs *blobs = &run->answer->answers;
  struct limen_text ids = {0};
  uint8_t *verdict = limen_alloc(queries, sizeof *verdict, error);
  double *gaps = limen_alloc(queries * AUDIT_GAPS, sizeof *gaps, error);
  uint32_t *wanted = limen_alloc(queries, sizeof *wanted, error);
  int status = verdict && gaps && wanted ? LIMEN_OK : LIMEN_FAILED;
  for (size_t q = 0; q < queries && status == LIMEN_OK; q++) {
    const struct limen_audit_query *query = &run->audit.query[q];
    verdict[q] = (uint8_t)query->verdict;
    wanted[q] = (uint32_t)query->k;
    gaps[q * AUDIT_GAPS + AUDIT_OWN_LOWER] = query->own.lower;
    gaps[q * AUDIT_GAPS + AUDIT_OWN_UPPER] = query->own.upper;
    gaps[q * AUDIT_GAPS + AUDIT_BEST_LOWER] = query->lower;
    gaps[q * AUDIT_GAPS + AUDIT_BEST_UPPER] = query->upper;
    limen_text_print(&ids, "%s\n", passages->passage[q].id);
  }
  if (status == LIMEN_OK) status = limen_text_status(&ids, error);
  if (status == LIMEN_OK)
    status = limen_blobs_add(blobs, "verdict", 0, verdict, queries * sizeof *verdict, error);
  if (status == LIMEN_OK)
    status = limen_blobs_add(blobs, "gaps", 0, gaps, queries * AUDIT_GAPS * sizeof *gaps, error);
  if (status == LIMEN_OK)
    status = limen_blobs_add(blobs, "wanted", 0, wanted, queries * sizeof *wanted, error);
  if (status == LIMEN_OK)
    status = limen_blobs_add(blobs, "ids", 0, limen_text_string(&ids), ids.length, error);
  limen_text_clear(&ids);
  limen_free(verdict);
  limen_free(gaps);
  limen_free(wanted);
  return status;
}

static int tell_verdicts(struct cell_run *run, size_t proofs, double seconds,
                         struct limen_error *error) {
  const struct limen_audit_input *input = &run->world.input;
  double noise, counts[AUDIT_MEASURES + 1] = {0};
  int status = audit_noise(input, format_of(run->cell), false, &noise, error);
  if (status != LIMEN_OK) return status;
  for (size_t q = 0; q < run->audit.queries; q++) {
    const struct limen_audit_query *query = &run->audit.query[q];
    counts[audit_outcome(query->verdict, query->upper, noise)]++;
  }
  for (size_t row = 0; row < run->answer->rows; row++) {
    double *values = row_of(run, row);
    values[AUDIT_DOCUMENTS] = (double)input->n;
    values[AUDIT_DIMENSIONS] = (double)input->d;
    values[AUDIT_STRANGERS] = (double)count_strangers(&run->world);
    values[AUDIT_INDEPENDENT] = run->audit.independent;
    values[AUDIT_ASKED] = 0;
    for (size_t m = AUDIT_RIGHT; m <= AUDIT_UNKNOWN; m++) {
      values[m] = counts[m];
      values[AUDIT_ASKED] += counts[m];
    }
    values[AUDIT_PROOFS] = (double)proofs;
    values[AUDIT_AUDIT_S] = seconds;
  }
  return LIMEN_OK;
}

static int run_verdicts(struct cell_run *run, struct limen_error *error) {
  const struct limen_audit_settings settings = audit_settings_of(run->cell);
  const size_t most = (size_t)limen_cell_integer(run->cell, "certificates");
  struct limen_text proofs = {0};
  size_t kept = 0;
  const double start = limen_clock_s();
  int status = limen_audit_run(&run->world.input, &settings, &run->audit, error);
  if (status == LIMEN_OK && settings.prove)
    status =
        audit_proofs_make(&run->world.input, &run->audit, &settings, most, &proofs, &kept, error);
  if (status == LIMEN_OK) status = limen_text_status(&proofs, error);
  if (status == LIMEN_OK) status = keep_verdicts(run, error);
  if (status == LIMEN_OK && kept > 0)
    status = limen_blobs_add(&run->answer->answers, "proofs", 0, limen_text_string(&proofs),
                             proofs.length, error);
  if (status == LIMEN_OK) status = tell_verdicts(run, kept, limen_clock_s() - start, error);
  limen_text_clear(&proofs);
  return status;
}

/* ---- steps ---- */

const struct audit_step *audit_step_of(const struct limen_cell *cell, size_t row) {
  return audit_step_find(limen_cell_value(cell, row, "step").as.string);
}

int audit_row_shares(struct limen_answer *answer, size_t row, size_t queries, const double *share,
                     const double *reference, struct limen_error *error) {
  double *values = answer->values + row * answer->measures, sum = 0;
  size_t asked = 0, right = 0, gains = 0, losses = 0;
  for (size_t q = 0; q < queries; q++) {
    if (isnan(reference[q])) continue;
    asked++;
    if (!isnan(share[q])) sum += share[q]; /* nothing is found where the format has no numbers */
    right += share[q] == 1;
    gains += share[q] == 1 && reference[q] < 1;
    losses += !(share[q] == 1) && reference[q] == 1;
  }
  values[AUDIT_STEP_RIGHT] = (double)right;
  values[AUDIT_RECALL] = asked > 0 ? sum / (double)asked : NAN;
  values[AUDIT_GAINS] = (double)gains;
  values[AUDIT_LOSSES] = (double)losses;
  return limen_blobs_add(&answer->answers, "share", row, share, queries * sizeof *share, error);
}

/* Queries that no unit query serves by more than the noise; those that none serves at all among
 * them. */
static size_t count_within(const struct limen_audit *audit, double noise) {
  size_t count = 0;
  for (size_t q = 0; q < audit->queries; q++)
    count += audit->query[q].verdict != LIMEN_VERDICT_NOTHING && audit->query[q].upper <= noise;
  return count;
}

static int run_effect(struct cell_run *run, const struct audit_step *step,
                      struct limen_effect *effect, struct limen_error *error) {
  const struct limen_effect_settings settings = {
      .unit = !audit_step_is_given(step) && limen_cell_integer(run->cell, "unit") != 0,
      .queries = limen_cell_integer(run->cell, "round_queries") != 0,
      .workers = (size_t)limen_threads()};
  const size_t d = run->world.input.d;
  effect->quantiser = limen_quantiser_find(step->arithmetic);
  effect->dimensions = d / step->divisor > 0 ? d / step->divisor : 1;
  return limen_effect_measure(&run->world.input, &settings, effect, error);
}

static int run_step(struct cell_run *run, size_t row, const struct audit_step *step,
                    struct limen_error *error) {
  struct limen_effect effect = {0};
  double *values = row_of(run, row);
  const double start = limen_clock_s();
  int status = run_effect(run, step, &effect, error);
  if (status != LIMEN_OK) return status;
  values[AUDIT_STEP_S] = limen_clock_s() - start;
  values[AUDIT_BITS] = (double)effect.vector_bits;
  values[AUDIT_INFINITE] = (double)effect.infinite;
  const bool given = audit_step_is_given(step);
  /* Vectors as given are float32, whatever they are multiplied in. */
  if (strcmp(step->arithmetic, "float64") == 0) values[AUDIT_BITS] /= 2;
  if (step->divisor == 1) {
    status =
        audit_noise(&run->world.input, given ? limen_quantiser_find("float32") : effect.quantiser,
                    limen_cell_integer(run->cell, "unit") != 0, &values[AUDIT_NOISE], error);
    values[AUDIT_WITHIN_NOISE] = (double)count_within(&run->audit, values[AUDIT_NOISE]);
  }
  if (status == LIMEN_OK)
    status = audit_row_shares(run->answer, row, run->audit.queries, effect.share, run->given.share,
                              error);
  limen_effect_clear(&effect);
  return status;
}

static int run_steps(struct cell_run *run, struct limen_error *error) {
  bool index = false;
  int status = run_effect(run, audit_step_find("given"), &run->given, error);
  for (size_t row = 0; row < run->answer->rows && status == LIMEN_OK; row++) {
    const struct audit_step *step = audit_step_of(run->cell, row);
    if (step->ef > 0)
      index = true;
    else
      status = run_step(run, row, step, error);
  }
  if (status == LIMEN_OK && index)
    status = audit_index_rows(run->cell, &run->world, run->answer, error);
  return status;
}

int audit_run(const struct limen_cell *cell, struct limen_answer *answer,
              struct limen_error *error) {
  struct cell_run run = {.cell = cell, .answer = answer};
  int status = audit_world_take(cell, &run.world, error);
  if (status == LIMEN_OK) status = run_verdicts(&run, error);
  if (status == LIMEN_OK) status = run_steps(&run, error);
  limen_effect_clear(&run.given);
  limen_audit_clear(&run.audit);
  audit_world_give(&run.world);
  return status;
}
