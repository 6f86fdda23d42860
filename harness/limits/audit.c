#include "limits/audit.h"

#include <math.h>
#include <omp.h>
#include <string.h>

#include "base/chunks.h"
#include "base/memory.h"
#include "base/threads.h"
#include "limits/prime_field.h"

static const struct {
  const char *name, *about;
} verdicts[LIMEN_VERDICTS] = {
    [LIMEN_VERDICT_NOTHING] = {"nothing", "It wants no document, or all of them."},
    [LIMEN_VERDICT_RIGHT] = {"right", "Its wanted documents score above all others."},
    [LIMEN_VERDICT_REACHABLE] = {"reachable",
                                 "It ranks others too high, but a better query exists."},
    [LIMEN_VERDICT_IMPOSSIBLE] = {"impossible",
                                  "No query ranks its wanted documents above all others: proved."},
    [LIMEN_VERDICT_BELOW] = {"below", "No unit query has a gap above epsilon, next to nothing."},
    [LIMEN_VERDICT_UNKNOWN] = {"unknown", "The search for a better query did not come to an end."},
};

const char *limen_verdict_name(enum limen_verdict verdict) { return verdicts[verdict].name; }
const char *limen_verdict_about(enum limen_verdict verdict) { return verdicts[verdict].about; }

/* ---- input ---- */

static int check_numbers(const char *what, size_t rows, size_t d, const float *values,
                         struct limen_error *error) {
  for (size_t v = 0; v < rows; v++)
    for (size_t i = 0; i < d; i++)
      if (!isfinite(values[v * d + i]))
        return LIMEN_FAIL(error, LIMEN_INPUT, "%s %zu holds %g in dimension %zu", what, v,
                          (double)values[v * d + i], i);
  return LIMEN_OK;
}

static int check_wanted(const struct limen_audit_input *input, struct limen_error *error) {
  for (size_t q = 0; q < input->queries; q++) {
    if (input->start[q] > input->start[q + 1])
      return LIMEN_FAIL(error, LIMEN_INPUT,
                        "the wanted documents of query %zu end before they start", q);
    for (size_t i = input->start[q]; i < input->start[q + 1]; i++)
      if (input->relevant[i] >= input->n ||
          (i > input->start[q] && input->relevant[i] <= input->relevant[i - 1]))
        return LIMEN_FAIL(error, LIMEN_INPUT,
                          "query %zu wants document %u, which stands out of order or is not below "
                          "%zu",
                          q, input->relevant[i], input->n);
  }
  return LIMEN_OK;
}

int limen_audit_check(const struct limen_audit_input *input, size_t workers,
                      struct limen_error *error) {
  if (input->n < 1 || input->d < 1)
    return LIMEN_FAIL(error, LIMEN_INPUT, "%zu documents of %zu dimensions leave nothing to audit",
                      input->n, input->d);
  if (workers < 1 || workers > LIMEN_WORKERS_MAX)
    return LIMEN_FAIL(error, LIMEN_INPUT, "%zu workers were asked for; 1 to %d are possible",
                      workers, LIMEN_WORKERS_MAX);
  int status = check_numbers("document", input->n, input->d, input->documents, error);
  if (status == LIMEN_OK)
    status = check_numbers("query", input->queries, input->d, input->query, error);
  if (status == LIMEN_OK) status = check_wanted(input, error);
  return status;
}

/* ---- one query ---- */

/* What one worker needs. */
struct bench {
  struct limen_best_solver *solver;
  double *query; /* d */
};

static void bench_clear(struct bench *bench) {
  limen_best_solver_free(bench->solver);
  limen_free(bench->query);
}

static int bench_init(struct bench *bench, const struct limen_audit_input *input,
                      struct limen_error *error) {
  bench->solver = limen_best_solver_alloc(input->n, input->d, input->documents, error);
  bench->query = limen_alloc(input->d, sizeof *bench->query, error);
  return bench->solver && bench->query ? LIMEN_OK : LIMEN_FAILED;
}

static int own_gap(struct bench *bench, const struct limen_audit_input *input, size_t q,
                   struct limen_gap *out, struct limen_error *error) {
  const float *query = input->query + q * input->d;
  bool zero = true;
  for (size_t i = 0; i < input->d; i++) {
    bench->query[i] = query[i];
    zero = zero && query[i] == 0;
  }
  *out = (struct limen_gap){0, 0};
  if (zero) return LIMEN_OK;
  return limen_best_query_gap(bench->solver, input->relevant + input->start[q],
                              input->start[q + 1] - input->start[q], bench->query, out, error);
}

/* Without a query of positive gap: what can be proved. */
static int refute(const struct limen_audit_input *input, bool prove,
                  const struct limen_best_query *best, struct limen_audit_query *out,
                  struct limen_error *error) {
  out->verdict = best->closed ? LIMEN_VERDICT_BELOW : LIMEN_VERDICT_UNKNOWN;
  if (best->closed) out->epsilon = best->upper;
  if (!best->closed || !prove) return LIMEN_OK;
  struct limen_combination combination;
  int status = limen_impossible_prove(input->d, input->documents, best->pair, best->count,
                                      &combination, error);
  if (status == LIMEN_OK) {
    out->epsilon = combination.epsilon;
    out->pairs = combination.count;
    if (out->epsilon == 0) out->verdict = LIMEN_VERDICT_IMPOSSIBLE;
    if (out->epsilon < out->upper) out->upper = out->epsilon;
  }
  limen_combination_clear(&combination);
  return status;
}

static int judge(struct bench *bench, const struct limen_audit_input *input,
                 const struct limen_audit_settings *settings, size_t q,
                 struct limen_audit_query *out, struct limen_error *error) {
  struct limen_best_query best;
  size_t k = input->start[q + 1] - input->start[q];
  *out = (struct limen_audit_query){.k = k, .epsilon = NAN};
  if (k == 0 || k == input->n) return LIMEN_OK; /* LIMEN_VERDICT_NOTHING */
  int status = own_gap(bench, input, q, &out->own, error);
  if (status == LIMEN_OK)
    status = limen_best_query_solve(bench->solver, input->relevant + input->start[q], k,
                                    input->query + q * input->d, &settings->best, &best, error);
  if (status != LIMEN_OK) return status;
  out->lower = fmax(out->own.lower, best.lower);
  out->upper = best.upper;
  out->pairs = best.count;
  out->rounds = best.rounds;
  out->verdict = LIMEN_VERDICT_REACHABLE;
  if (out->own.lower > 0)
    out->verdict = LIMEN_VERDICT_RIGHT;
  else if (!(best.lower > 0))
    status = refute(input, settings->prove, &best, out, error);
  return status;
}

/* ---- all ---- */

struct job {
  const struct limen_audit_input *input;
  const struct limen_audit_settings *settings;
  struct bench *bench; /* a worker each */
  struct limen_audit *out;
  struct limen_error *errors; /* a worker each; the first status that is none stops its worker */
};

static void judge_chunk(void *context, size_t q, size_t worker) {
  struct job *job = context;
  struct limen_error *error = &job->errors[worker];
  if (error->status == LIMEN_OK && limen_interrupted())
    LIMEN_FAIL(error, LIMEN_INTERRUPTED, "interrupted");
  if (error->status == LIMEN_OK)
    judge(&job->bench[worker], job->input, job->settings, q, &job->out->query[q], error);
}

static int run_job(struct job *job, struct limen_error *error) {
  size_t workers = job->settings->workers;
  int status = LIMEN_OK;
  for (size_t w = 0; w < workers && status == LIMEN_OK; w++)
    status = bench_init(&job->bench[w], job->input, error);
  if (status != LIMEN_OK) return status;
  if (omp_in_parallel()) {
    limen_chunks_run(job->input->queries, workers, judge_chunk, job);
  } else {
#pragma omp parallel num_threads((int)workers)
#pragma omp single
    limen_chunks_run(job->input->queries, workers, judge_chunk, job);
  }
  for (size_t w = 0; w < workers; w++)
    if (job->errors[w].status != LIMEN_OK) {
      if (error) *error = job->errors[w];
      return job->errors[w].status;
    }
  return LIMEN_OK;
}

int limen_audit_run(const struct limen_audit_input *input,
                    const struct limen_audit_settings *settings, struct limen_audit *out,
                    struct limen_error *error) {
  *out = (struct limen_audit){.queries = input->queries};
  struct job job = {.input = input, .settings = settings, .out = out};
  int status = limen_audit_check(input, settings->workers, error);
  if (status == LIMEN_OK)
    status =
        limen_affinely_independent(input->n, input->d, input->documents, &out->independent, error);
  if (status == LIMEN_OK &&
      (!(job.bench = limen_alloc(settings->workers, sizeof *job.bench, error)) ||
       !(job.errors = limen_alloc(settings->workers, sizeof *job.errors, error)) ||
       !(out->query = limen_alloc(input->queries, sizeof *out->query, error))))
    status = LIMEN_FAILED;
  if (status == LIMEN_OK) status = run_job(&job, error);
  for (size_t q = 0; q < input->queries && status == LIMEN_OK; q++)
    out->count[out->query[q].verdict]++;
  for (size_t w = 0; w < settings->workers && job.bench; w++) bench_clear(&job.bench[w]);
  limen_free(job.bench);
  limen_free(job.errors);
  if (status != LIMEN_OK) limen_audit_clear(out);
  return status;
}

void limen_audit_clear(struct limen_audit *audit) {
  limen_free(audit->query);
  *audit = (struct limen_audit){0};
}

int limen_audit_prove(const struct limen_audit_input *input, size_t query,
                      const struct limen_best_settings *settings, struct limen_combination *out,
                      struct limen_error *error) {
  struct limen_best_query best;
  *out = (struct limen_combination){0};
  if (query >= input->queries)
    return LIMEN_FAIL(error, LIMEN_INPUT, "query %zu is not below %zu", query, input->queries);
  struct limen_best_solver *solver =
      limen_best_solver_alloc(input->n, input->d, input->documents, error);
  if (!solver) return error ? error->status : LIMEN_FAILED;
  int status = limen_best_query_solve(solver, input->relevant + input->start[query],
                                      input->start[query + 1] - input->start[query],
                                      input->query + query * input->d, settings, &best, error);
  if (status == LIMEN_OK)
    status = limen_impossible_prove(input->d, input->documents, best.pair, best.count, out, error);
  limen_best_solver_free(solver);
  return status;
}
